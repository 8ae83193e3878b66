"""Puts the trained parts together as a checkpoint in half precision: finish.py MODEL VAE TRANSFORMER OUT

MODEL: encoders, tokenizers, scheduler and the scaling factor (vae/config.json). VAE and TRANSFORMER: folders. The transformer is stored bf16, the rest fp16, as in the published checkpoints.
"""
import json, os, shutil, sys
import torch
from diffusers import AutoencoderKLHunyuanVideo as VAE, HunyuanVideoFramepackTransformer3DModel as DiT



def hold_in_float16(decoder, scale=2.0**-5):
    """The training in float32 let the decoder's stream grow beyond 65504. Nothing sees how large it is: its blocks and its end normalise it. From the second last upsampling on it is scaled by a power of two."""
    def shrink(layer, names=("weight", "bias")):
        for n in names: getattr(layer, n).data.mul_(scale)
    up = decoder.up_blocks
    shrink(up[1].upsamplers[0].conv.conv); shrink(up[2].upsamplers[0].conv.conv, ["bias"])
    for block in up[2:]:
        for resnet in block.resnets:
            shrink(resnet.conv2.conv)
            if resnet.conv_shortcut is not None: shrink(resnet.conv_shortcut.conv, ["bias"])


model, vae, transformer, out = sys.argv[1:]; factor = json.load(open(model + "/vae/config.json"))["scaling_factor"]
for d in ("feature_extractor", "image_encoder", "scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"): shutil.rmtree(f"{out}/{d}", ignore_errors=True); shutil.copytree(f"{model}/{d}", f"{out}/{d}")
for d, c, t in (("vae", VAE.from_pretrained(vae), torch.float16), ("transformer", DiT.from_pretrained(transformer), torch.bfloat16)):
    if d == "vae": c.register_to_config(scaling_factor=factor); hold_in_float16(c.decoder)
    c.to(t).save_pretrained(f"{out}/.{d}.new"); shutil.rmtree(f"{out}/{d}", ignore_errors=True); os.replace(f"{out}/.{d}.new", f"{out}/{d}")
    cfg = json.load(open(f"{out}/{d}/config.json")); cfg.pop("_name_or_path", None); json.dump(cfg, open(f"{out}/{d}/config.json", "w"), indent=2)      # no path of the training machine
