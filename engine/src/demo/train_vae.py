"""Trains the demo VAE on synthetic clips: train_vae.py OUT --minutes 60 --init DIR [--collapse] [--decoder-only]

--collapse turns an image autoencoder into a video one without training: the last temporal tap of every causal convolution takes the sum
of all taps, the others become zero. Each latent frame is then the image latent of the last of its four frames, so motion survives; training only
has to teach the decoder the frames between. Clips pass the same temporal windows as in the pipeline: two encode windows of 17 frames,
one decode window of 5 latents that starts anywhere.
--decoder-only leaves the latents as they are: safe beside, or after, a transformer's training. Saved every three minutes.
"""
import argparse, copy, math, os, random, shutil, time
import torch
from diffusers import AutoencoderKLHunyuanVideo as VAE
from world import render, spec

p = argparse.ArgumentParser(); p.add_argument("out"); p.add_argument("--init", required=True); p.add_argument("--minutes", type=float, default=60); p.add_argument("--lr", type=float, default=6e-4)
p.add_argument("--collapse", action="store_true"); p.add_argument("--decoder-only", action="store_true"); p.add_argument("--clips", type=int, default=6); p.add_argument("--images", type=int, default=32)
p.add_argument("--image-share", type=float, default=0.4); p.add_argument("--seed", type=int, default=0); p.add_argument("--noise", type=float, default=0.1)
a = p.parse_args(); rng = random.Random(a.seed); torch.manual_seed(a.seed)


def collapse(vae):
    for name, q in vae.named_parameters():
        if q.dim() == 5 and q.shape[2] > 1:
            total = q.data.sum(2); q.data.zero_(); q.data[:, :, -1] = total
        if ".mid_block.attentions." in "." + name and ".to_out.0." in name: q.data.zero_()     # attention mixes frames: relearn it from nothing


def save(vae, out):
    vae.use_framewise_encoding = vae.use_framewise_decoding = True
    vae.save_pretrained(out + ".new"); shutil.rmtree(out, ignore_errors=True); os.replace(out + ".new", out)


def encode(vae, x):      # [B, 3, 29, H, W] -> mean and logvar of 8 latent frames, through two windows as the pipeline does
    e = vae.quant_conv(vae.encoder(torch.cat([x[:, :, :17], x[:, :, 12:]])))
    first, second = e.chunk(2)
    return torch.cat([first, second[:, :, 2:]], 2).chunk(2, 1)


vae = VAE.from_pretrained(a.init).float()
if a.collapse: collapse(vae)
if a.decoder_only: vae.encoder.requires_grad_(False); vae.quant_conv.requires_grad_(False)
ema = copy.deepcopy(vae); weights = [q for q in vae.parameters() if q.requires_grad]
opt = torch.optim.AdamW(weights, lr=a.lr, betas=(0.9, 0.98)); start = saved = time.time(); n = 0; recent = {1: [], 17: []}
while (e := (time.time() - start) / (60 * a.minutes)) < 1:
    for g in opt.param_groups: g["lr"] = a.lr * min(1, (n + 1) / 30) * (0.5 * (1 + math.cos(math.pi * e)) * 0.98 + 0.02)
    T = 1 if rng.random() < a.image_share else 17
    x = torch.stack([render(spec(rng), 1 if T == 1 else 29, 64, rng.randrange(0, 36, 2)) for _ in range(a.images if T == 1 else a.clips)])
    with torch.autocast("cpu", torch.bfloat16), torch.set_grad_enabled(True):
        mean, logvar = vae.quant_conv(vae.encoder(x)).chunk(2, 1) if T == 1 else encode(vae, x)
        if T > 1: s = rng.randrange(4); mean, logvar, x = mean[:, :, s:s + 5], logvar[:, :, s:s + 5], x[:, :, 4 * s:4 * s + 17]
        mean, logvar = mean.float(), logvar.float().clamp(-12, 4)
        z = mean + (logvar / 2).exp().clamp_min(a.noise) * torch.randn_like(mean)
        y = vae.decoder(vae.post_quant_conv(z)).float()
    weight = 1 + 3 * ((x - x.mean(2, keepdim=True)).abs().amax(1, keepdim=True) > 0.1)      # what moves is small and matters most
    kl = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean(); mse = (y.detach() - x).square().mean()
    loss = (weight * ((y - x).abs() + 2 * (y - x).square())).mean() + 2e-4 * kl
    opt.zero_grad(); loss.backward(); torch.nn.utils.clip_grad_norm_(weights, 1.0); opt.step(); n += 1; recent[T] = (recent[T] + [mse.item()])[-50:]
    with torch.no_grad():
        for q, r in zip(ema.parameters(), vae.parameters()): q.lerp_(r, 1 - min(0.995, (1 + n) / (10 + n)))
    if n % 25 == 0: print(n, f"{time.time() - start:.0f}s", *(f"T={t} {10 * math.log10(4 / (sum(v) / len(v))):.2f} dB" for t, v in recent.items() if v), f"kl {kl.item():.2f}", flush=True)
    if time.time() - saved > 180: save(ema, a.out); saved = time.time()
save(ema, a.out)
