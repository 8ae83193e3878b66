"""Puts the trained parts together as a checkpoint in half precision: finish.py MODEL VAE TRANSFORMER OUT

MODEL: encoders, tokenizers, scheduler and the scaling factor (vae/config.json). VAE and TRANSFORMER: folders. The transformer is stored bf16, the rest fp16, as in the published checkpoints.
"""
import json, os, shutil, sys
import torch
from diffusers import AutoencoderKLHunyuanVideo as VAE, HunyuanVideoFramepackTransformer3DModel as DiT

model, vae, transformer, out = sys.argv[1:]; factor = json.load(open(model + "/vae/config.json"))["scaling_factor"]
for d in ("feature_extractor", "image_encoder", "scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"): shutil.rmtree(f"{out}/{d}", ignore_errors=True); shutil.copytree(f"{model}/{d}", f"{out}/{d}")
for d, c, t in (("vae", VAE.from_pretrained(vae), torch.float16), ("transformer", DiT.from_pretrained(transformer), torch.bfloat16)):
    if d == "vae": c.register_to_config(scaling_factor=factor)
    c.to(t).save_pretrained(f"{out}/.{d}.new"); shutil.rmtree(f"{out}/{d}", ignore_errors=True); os.replace(f"{out}/.{d}.new", f"{out}/{d}")
    cfg = json.load(open(f"{out}/{d}/config.json")); cfg.pop("_name_or_path", None); json.dump(cfg, open(f"{out}/{d}/config.json", "w"), indent=2)      # no path of the training machine
