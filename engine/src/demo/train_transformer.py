"""Trains the demo transformer: train_transformer.py MODEL --minutes 60 [--init DIR] [--clips 1200] [--batch 16] [--data FILE]

MODEL holds the encoders (encoders.py) and vae/ (train_vae.py); writes MODEL/transformer and the VAE's scaling factor. Saved every four minutes.
One model learns both section plans: forward (F1) and inverted anti-drifting. Flow matching: x_s = (1-s) x + s noise, target noise - x.
Clips repeat after one bounce (36 frames, 9 latents), and so do their latents: one period is encoded, the rest is copied.
"""
import argparse, copy, json, math, os, random, shutil, time
import numpy as np, torch
from diffusers import AutoencoderKLHunyuanVideo as VAE, HunyuanVideoFramepackTransformer3DModel as DiT
from diffusers.pipelines.hunyuan_video.pipeline_hunyuan_video_framepack import DEFAULT_PROMPT_TEMPLATE as TPL
from transformers import CLIPTextModel, CLIPTokenizer, LlamaModel, PreTrainedTokenizerFast, SiglipImageProcessorPil, SiglipVisionModel
from world import later, prompt, render, spec

W, PERIOD = 9, 9; LATENTS = 1 + 9 * 7 + 19 + PERIOD


def conditions(model):      # prompt and start image -> the transformer's conditions, by the frozen encoders
    t1 = PreTrainedTokenizerFast.from_pretrained(model + "/tokenizer"); t2 = CLIPTokenizer.from_pretrained(model + "/tokenizer_2")
    llama = LlamaModel.from_pretrained(model + "/text_encoder").float().eval(); clip = CLIPTextModel.from_pretrained(model + "/text_encoder_2").float().eval()
    siglip = SiglipVisionModel.from_pretrained(model + "/image_encoder").float().eval(); processor = SiglipImageProcessorPil.from_pretrained(model + "/feature_extractor")

    def text(q):
        e = t1([TPL["template"].format(q)], return_tensors="pt")
        return llama(input_ids=e.input_ids, attention_mask=e.attention_mask, output_hidden_states=True).hidden_states[-3][0, 95:], clip(t2([q], padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids).pooler_output[0]

    def image(frame):        # [3, H, W] in -1..1
        u8 = ((frame.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
        return siglip(pixel_values=torch.as_tensor(np.asarray(processor(images=u8, return_tensors="pt").pixel_values))).last_hidden_state[0]
    return text, image


@torch.no_grad()
def dataset(model, clips, seed=11):
    """Every clip counts as three examples: seen from each encode window's first frame on (12 frames apart), it is another start image with the same latents."""
    vae = VAE.from_pretrained(model + "/vae").eval(); text, image = conditions(model); r = random.Random(seed); texts = {}; rows = []; specs = [spec(r) for _ in range(clips)]
    for b in range(0, clips, 8):
        group = specs[b:b + 8]; x = torch.stack([render(s, 1 + 4 * (4 + PERIOD)) for s in group])
        with torch.autocast("cpu", torch.bfloat16): z = vae.encode(x).latent_dist.mean.float()
        z = torch.cat([z, *[z[:, :, 5:5 + PERIOD]] * (LATENTS // PERIOD)], 2)[:, :, :LATENTS].half()
        for k, s in enumerate(group):
            views = [later(s, 12 * j) for j in range(PERIOD // 3)]; frames = [x[k, :, 12 * j] for j in range(PERIOD // 3)]
            for q in map(prompt, views):
                if q not in texts: texts[q] = text(q)
            rows.append((z[k], vae.encode(torch.stack(frames)[:, :, None]).latent_dist.mean.half(), [image(f) for f in frames], [texts[prompt(v)] for v in views]))
        print(len(rows), "clips encoded", flush=True)
    return dict(rows=rows, factor=1 / torch.stack([q[0] for q in rows[:500]]).float().std().item())


def example(data, rng):      # -> latents [16, LATENTS - PERIOD, h, w], image embedding, prompt embedding, pooled
    z, starts, images, texts = data["rows"][rng.randrange(len(data["rows"]))]; j = rng.randrange(len(images))
    return torch.cat([starts[j], z[:, 1 + 3 * j:]], 1)[:, :LATENTS - PERIOD].float() * data["factor"], images[j], *texts[j]


def forward_rows(z, k):      # section k of the forward plan: [start | 4x | 2x | 1x | W denoised]
    g = 1 + W * k; h = torch.cat([torch.zeros_like(z[:, :1]).expand(-1, 19, -1, -1), z[:, :g]], 1)[:, -19:]
    return z[:, g:g + W], torch.cat([z[:, :1], h[:, 18:]], 1), h[:, 16:18], h[:, :16]


def inverted_rows(z, k, known):      # section k of the inverted plan, `known` sections after it are generated: [start | blank | W denoised | 1x | 2x | 4x]
    g = 1 + W * k; h = torch.zeros_like(z[:, :1]).repeat(1, 19, 1, 1); n = min(19, W * known); h[:, :n] = z[:, g + W:g + W + n]
    return z[:, g:g + W], torch.cat([z[:, :1], h[:, :1]], 1), h[:, 1:3], h[:, 3:]


def indices(forward, padding=0):
    if forward: q = torch.arange(29).split([1, 16, 2, 1, W]); return dict(indices_latents=q[4], indices_latents_clean=torch.cat([q[0], q[3]]), indices_latents_history_2x=q[2], indices_latents_history_4x=q[1])
    q = torch.arange(1 + padding * W + W + 19).split([1, padding * W, W, 1, 2, 16]); return dict(indices_latents=q[2], indices_latents_clean=torch.cat([q[0], q[3]]), indices_latents_history_2x=q[4], indices_latents_history_4x=q[5])


def batch(data, forward, size, rng):
    padding = 0 if forward else rng.choice([0, 0, 1, 2, 2, 3]); rows, examples = [], [example(data, rng) for _ in range(size)]
    for z, *_ in examples:
        if forward: rows.append(forward_rows(z, 0 if rng.random() < 0.35 else rng.randrange(1, 7)))
        elif padding == 3: rows.append(inverted_rows(z, 3, 0))                                        # always the first one generated
        elif padding == 2: rows.append(inverted_rows(z, *((2, rng.choice([0, 1])) if rng.random() < 0.5 else (rng.randrange(2, 5), rng.choice([1, 2, 3])))))      # of long videos: any place, known by its future
        else: rows.append(inverted_rows(z, padding, rng.choice([0, 1, 2, 3])))
    return (*(torch.stack(c) for c in zip(*rows)), indices(forward, padding), *(torch.stack(c) for c in list(zip(*examples))[1:]))


def plain_attention(query, key, value, **unused):      # at 200 tokens twice as fast on a CPU as the fused one, whose backward pass is slow
    p = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2)).softmax(-1)
    return torch.matmul(p.to(value.dtype), value)


def save(ema, out):
    ema.save_pretrained(out + ".new"); shutil.rmtree(out, ignore_errors=True); os.replace(out + ".new", out)


def main():
    p = argparse.ArgumentParser(); p.add_argument("model"); p.add_argument("--minutes", type=float, default=60); p.add_argument("--clips", type=int, default=1200); p.add_argument("--batch", type=int, default=16)
    p.add_argument("--lr", type=float, default=1e-3); p.add_argument("--init"); p.add_argument("--data"); p.add_argument("--out"); p.add_argument("--compile", action="store_true"); p.add_argument("--muon-lr", type=float, default=1.5e-3); p.add_argument("--seed", type=int, default=1)
    a = p.parse_args(); M = a.model; out = a.out or M + "/transformer"; rng = random.Random(a.seed); torch.manual_seed(a.seed)
    if a.data and os.path.exists(a.data): data = torch.load(a.data, weights_only=False)
    else:
        data = dataset(M, a.clips)
        if a.data: torch.save(data, a.data)
    c = json.load(open(M + "/vae/config.json")); c["scaling_factor"] = data["factor"]; json.dump(c, open(M + "/vae/config.json", "w"), indent=2)
    torch.nn.functional.scaled_dot_product_attention = plain_attention      # every prompt has the same number of tokens: no mask needed
    if a.init: m = DiT.from_pretrained(a.init).float()
    else:
        m = DiT(num_attention_heads=4, attention_head_dim=32, num_layers=2, num_single_layers=4, num_refiner_layers=1, text_embed_dim=64, pooled_projection_dim=32, rope_axes_dim=(8, 12, 12), image_proj_dim=32, has_image_proj=True, has_clean_x_embedder=True)
        m.proj_out.weight.data.zero_(); m.proj_out.bias.data.zero_(); w = m.x_embedder.proj.weight.data; e = m.clean_x_embedder; e.proj.weight.data.copy_(w)
        for k, f in ((e.proj_2x, 2), (e.proj_4x, 4)): k.weight.data.copy_(w.repeat_interleave(f, 2).repeat_interleave(f, 3).repeat_interleave(f, 4) / f ** 3)   # the paper's initialisation

    ema = copy.deepcopy(m); hidden = [q for n, q in m.named_parameters() if q.dim() == 2 and "blocks" in n and "norm" not in n]; rest = [q for q in m.parameters() if all(q is not h for h in hidden)]
    if a.compile: [b.compile(dynamic=False) for b in [*m.transformer_blocks, *m.single_transformer_blocks]]
    opts = {torch.optim.AdamW(rest, lr=a.lr, betas=(0.9, 0.98), weight_decay=0.01): a.lr, torch.optim.Muon(hidden, lr=a.muon_lr, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"): a.muon_lr}
    start = saved = time.time(); n = 0; loss_of = {True: [], False: []}
    while (e := (time.time() - start) / (60 * a.minutes)) < 1:
        for o, lr in opts.items():
            for g in o.param_groups: g["lr"] = lr * min(1, (n + 1) / 100) * (0.5 * (1 + math.cos(math.pi * e)) * 0.97 + 0.03)
        x, clean, h2, h4, ix, img, emb, pool = batch(data, n % 2 == 0, a.batch, rng); B = a.batch; noise = torch.randn_like(x)
        s = torch.sigmoid(torch.randn(B) * 1.1 + 0.3); s = 1.6 * s / (1 + 0.6 * s); s = torch.where(torch.rand(B) < 0.4, 1 - 0.2 * torch.rand(B), s); sb = s.view(B, 1, 1, 1, 1)      # where the shape is, is decided near s = 1
        tolerance = torch.rand(B, 1, 1, 1, 1) * 0.2; dirt = lambda h: h + tolerance * torch.randn_like(h) * (h.abs().amax((1, 3, 4), keepdim=True) > 0)      # the sampler's own errors come back as history
        clean = torch.cat([clean[:, :, :1] + 0.3 * tolerance * torch.randn_like(clean[:, :, :1]), dirt(clean[:, :, 1:])], 2)
        with torch.autocast("cpu", torch.bfloat16):
            v = m(hidden_states=(1 - sb) * x + sb * noise, timestep=s * 1000, encoder_hidden_states=emb, encoder_attention_mask=torch.ones(B, emb.shape[1]), pooled_projections=pool,
                  image_embeds=img, guidance=torch.empty(B).uniform_(1000, 12000), latents_clean=clean, latents_history_2x=dirt(h2), latents_history_4x=dirt(h4), return_dict=False, **ix)[0]
        error = (v.float() - (noise - x)).square(); moving = (x - clean[:, :, :1]).abs().mean(1, keepdim=True).clamp(max=1)
        loss = ((1 + 3 * moving) * error).mean()
        for o in opts: o.zero_grad()
        loss.backward(); torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0); n += 1; loss_of[n % 2 == 1] = (loss_of[n % 2 == 1] + [error.mean().item()])[-100:]
        for o in opts: o.step()
        with torch.no_grad():
            for q, r in zip(ema.parameters(), m.parameters()): q.lerp_(r, 1 - min(0.998, (1 + n) / (10 + n)))
        if n % 50 == 0: print(n, f"{time.time() - start:.0f}s", *(f"{'forward' if f else 'inverted'} {sum(l) / max(1, len(l)):.4f}" for f, l in loss_of.items()), flush=True)
        if time.time() - saved > 240: save(ema, out); saved = time.time()
    save(ema, out)


if __name__ == "__main__": main()
