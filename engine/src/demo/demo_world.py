"""Writes the demo's start image and the true future the world gives it: demo_world.py OUT

start.png, background.png (the scene without the shape), frames/NNN.png (true frames), world.json (prompt, colours, true centroid of every frame).
The scene is the first seed from 100000 up (training uses none of these) whose shape contrasts with its background and a landmark off its path.
"""
import json, os, random, sys
import torch
from PIL import Image
from world import COLORS, render, spec, prompt

OUT, SIZE, FRAMES = sys.argv[1], 64, 433


def centroids(s, n):      # the drawn shape's centroid in pixels: alpha mask = difference of a white shape on black
    black = {**s, "bg": [[0, 0, 0]] * 2, "lm": (9, 9), "color": "white"}
    a = (render(black, n, SIZE)[0] + 1) / 2; a = a / 0.97
    y, x = torch.meshgrid(torch.arange(SIZE) + .5, torch.arange(SIZE) + .5, indexing="ij"); w = a.sum((1, 2))
    return torch.stack([(a * x).sum((1, 2)) / w, (a * y).sum((1, 2)) / w], 1), w


def good(s):
    shape = torch.tensor(COLORS[s["color"]]); far = all((shape - torch.tensor(b)).norm() > 0.8 for b in s["bg"]) and (torch.tensor(s["bg"][0]) - torch.tensor(s["bg"][1])).norm() > 0.45
    return s["shape"] == "circle" and s["move"] == "right" and s["x0"] == 8 / 36 and far and abs(s["lm"][1] - (s["r"] + (1 - 2 * s["r"]) * s["y0"])) > 0.3 and s["color"] in ("red", "yellow") and s["lmc"] in ("cyan", "green", "white")


seed = next(k for k in range(100000, 200000) if good(spec(random.Random(k)))); s = spec(random.Random(seed)); os.makedirs(OUT + "/frames", exist_ok=True)
x = render(s, 145, SIZE); u8 = lambda f: Image.fromarray(((f.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())
u8(x[:, 0]).save(OUT + "/start.png"); u8(render({**s, "x0": 999.0, "r": 1e-6}, 1, SIZE)[:, 0]).save(OUT + "/background.png")
for k in range(73): u8(x[:, k]).save(f"{OUT}/frames/{k:03d}.png")
c, area = centroids(s, FRAMES)
rgb = lambda v: [round(255 * q) for q in v]
json.dump({"prompt": prompt(s), "seed": seed, "size": SIZE, "fps": 30, "shape": s["shape"], "shape_rgb": rgb(COLORS[s["color"]]), "radius_pixels": s["r"] * SIZE, "landmark_rgb": rgb(COLORS[s["lmc"]]), "landmark_pixels": [SIZE * q for q in s["lm"]],
           "bounce_frames": 36, "centroid_convention": "pixels, x then y, centre of the top-left pixel is (0.5, 0.5); entry k is frame k, frame 0 is the start image", "area_pixels": round(area.mean().item(), 2),
           "centroids": [[round(q, 3) for q in r] for r in c.tolist()], "spec": s}, open(OUT + "/world.json", "w"), indent=1)
print(seed, prompt(s), s)
