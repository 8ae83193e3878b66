"""Measures a demo checkpoint against the true future: measure.py MODEL [--scenes 6] [--plans inverted,f1] [--sections 1,8] [--steps 25] [--seed 31337] [--sheet FILE] [--world DIR]

Samples with Euler steps and the profile `framepack`'s sigmas and start latent. Scene 0 is the demo's (DIR/world.json), the others are unseen ones.
Prints per plan and length: frame 0 against the start image (PSNR), the shape's mean position error in pixels and as `still`, what a shape that never moves would get,
the share of frames in which the shape is found (its area within half to one and a half of the true one), and the same for the true frames and for the VAE alone.
"""
import argparse, json, math, random
import numpy as np, torch
from PIL import Image
from diffusers import AutoencoderKLHunyuanVideo as VAE, HunyuanVideoFramepackTransformer3DModel as DiT
from train_transformer import W, conditions, indices
from world import COLORS, prompt, render, spec


def centroid(x, s):      # [3, T, H, W] in -1..1 -> pixels [T, 2], area [T]: how far each pixel lies between the known background's colour and the shape's
    background = render({**s, "x0": 999.0, "r": 1e-6}, 1, x.shape[-1])[:, :1]; d = torch.tensor(COLORS[s["color"]])[:, None, None, None] * 2 - 1 - background
    q = (d * d).sum(0); alpha = (((x - background) * d).sum(0) / q.clamp_min(0.2)).clamp(0, 1); alpha = alpha * (alpha > 0.4) * (q > 0.2)
    n = torch.arange(x.shape[-1]) + 0.5; w = alpha.sum((1, 2)).clamp_min(1e-3)
    return torch.stack([(alpha * n).sum((1, 2)) / w, (alpha * n[:, None]).sum((1, 2)) / w], 1), alpha.sum((1, 2))


def sigmas(n, tokens=144): t = np.linspace(1, 0, n + 1)[:-1]; mu = 0.5 + (tokens - 256) * 0.65 / 3840; return [*(math.exp(mu) / (math.exp(mu) + 1 / t - 1)), 0.0]


def soft_append(a, b, o=4 * W - 3): w = torch.linspace(1, 0, o).view(-1, 1, 1); return torch.cat([a[:, :, :-o], w * a[:, :, -o:] + (1 - w) * b[:, :, :o], b[:, :, o:]], 2)


@torch.no_grad()
def sample(m, vae, start, cond, plan, sections, steps, seed):      # start: [B, 16, 1, h, w], scaled; one generator per video
    emb, pool, img = cond; B = start.shape[0]; gens = [torch.Generator().manual_seed(seed) for _ in range(B)]; forward = plan == "f1"; f = vae.config.scaling_factor
    zeros = torch.zeros_like(start).repeat(1, 1, 19, 1, 1); history = torch.cat([zeros, start], 2) if forward else zeros; total = int(forward); video = None
    pads = [3] + [2] * (sections - 3) + [1, 0] if sections > 4 else list(range(sections))[::-1]
    for k in range(sections):
        h = history[:, :, -19:] if forward else history[:, :, :19]; h4, h2, h1 = h.split([16, 2, 1], 2) if forward else h.split([1, 2, 16], 2)[::-1]; ix = indices(forward, pads[k])
        x = torch.cat([torch.randn(1, 16, W, *start.shape[3:], generator=g) for g in gens]); s = sigmas(steps)
        for i in range(steps):
            v = m(hidden_states=x, timestep=torch.full((B,), s[i] * 1000), encoder_hidden_states=emb, encoder_attention_mask=torch.ones(emb.shape[:2]), pooled_projections=pool, image_embeds=img, guidance=torch.full((B,), 10000.0),
                  latents_clean=torch.cat([start, h1], 2), latents_history_2x=h2, latents_history_4x=h4, return_dict=False, **ix)[0]
            x = x + (s[i + 1] - s[i]) * v
        if not forward and k == sections - 1: x = torch.cat([start, x], 2)
        total += x.shape[2]; history = torch.cat([history, x] if forward else [x, history], 2); real = history[:, :, -total:] if forward else history[:, :, :total]
        part = real if video is None else real[:, :, -2 * W:] if forward else real[:, :, :2 * W + (k == sections - 1)]
        y = torch.cat([vae.decode(q[None] / f).sample for q in part]); video = y if video is None else soft_append(video, y) if forward else soft_append(y, video)
    return video.clamp(-1, 1)


def main():
    p = argparse.ArgumentParser(); p.add_argument("model"); p.add_argument("--scenes", type=int, default=6); p.add_argument("--plans", default="inverted,f1"); p.add_argument("--sections", default="1,8"); p.add_argument("--steps", type=int, default=25)
    p.add_argument("--seed", type=int, default=31337); p.add_argument("--sheet"); p.add_argument("--world"); p.add_argument("--vae"); p.add_argument("--transformer"); a = p.parse_args()
    r = random.Random(777); scenes = ([json.load(open(a.world + "/world.json"))["spec"]] if a.world else []) + [spec(r) for _ in range(a.scenes)]; scenes = scenes[:a.scenes]
    vae = VAE.from_pretrained(a.vae or a.model + "/vae").float().eval(); m = DiT.from_pretrained(a.transformer or a.model + "/transformer").float().eval(); text, image = conditions(a.model)
    true = torch.stack([render(s, 1 + 36 * 8) for s in scenes]); c0 = [centroid(x, s) for x, s in zip(true, scenes)]
    with torch.no_grad():
        cond = [torch.stack(q) for q in zip(*((*text(prompt(s)), image(x[:, 0])) for s, x in zip(scenes, true)))]; start = vae.encode(true[:, :, :1]).latent_dist.mean * vae.config.scaling_factor
        y = torch.cat([vae.decode(vae.encode(x[None, :, :73]).latent_dist.mean).sample.clamp(-1, 1) for x in true])
    def report(name, y):
        T = y.shape[2]; rows = []
        for k, s in enumerate(scenes):
            got, area = centroid(y[k], s); want, full = c0[k][0][:T], c0[k][1][:T]; e = (got - want).norm(dim=1); found = ((area > 0.5 * full) & (area < 1.5 * full)).float()
            rows.append((10 * math.log10(4 / (y[k, :, 0] - true[k, :, 0]).square().mean()), e.mean().item(), e.median().item(), (want[:1] - want).norm(dim=1).mean().item(), found.mean().item(), 10 * math.log10(4 / (y[k] - true[k, :, :T]).square().mean())))
        for who, q in [("demo scene", rows[0])] * bool(a.world) + [(f"mean of {len(rows)}", [sum(c) / len(rows) for c in zip(*rows)])]:
            print(f"{name:22s} {T:3d} frames  {who:10s}  frame 0 {q[0]:5.2f} dB  position error {q[1]:5.2f} px (median {q[2]:5.2f}, still {q[3]:5.2f})  found {100 * q[4]:5.1f} %  all frames {q[5]:5.2f} dB", flush=True)
    report("VAE alone", y); sheets = []
    for plan in a.plans.split(","):
        for sections in map(int, a.sections.split(",")):
            y = sample(m, vae, start, cond, plan, sections, a.steps, a.seed); report(f"{plan} x{sections}", y); step = max(1, (y.shape[2] - 1) // 12)
            if a.sheet: Image.fromarray(((torch.cat([torch.cat([true[k, :, :y.shape[2]:step][:, :13], y[k, :, ::step][:, :13]], 2).permute(2, 1, 3, 0).flatten(1, 2) for k in range(len(scenes))]) + 1) * 127.5).round().byte().numpy()).save(a.sheet.replace(".png", f"-{plan}-{sections}.png"))


if __name__ == "__main__": main()
