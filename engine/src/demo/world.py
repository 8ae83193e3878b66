"""Synthetic moving-shape clips: one shape bouncing over a two-colour gradient with a static landmark.

A small world, for a small training budget: one size, one speed (2 pixels a frame at 64 x 64), left and right, five starting columns 8 pixels apart.
A shape so moves by exactly one latent cell per latent frame, and a bounce takes 36 frames: one section.
"""
import math, random
import torch

COLORS = {"red": (0.95, 0.15, 0.15), "green": (0.15, 0.85, 0.25), "blue": (0.2, 0.35, 0.98), "yellow": (0.98, 0.9, 0.15),
          "white": (0.97, 0.97, 0.97), "orange": (0.98, 0.55, 0.1), "purple": (0.65, 0.2, 0.85), "cyan": (0.15, 0.9, 0.9)}
RADIUS = 14 / 64
SHAPES = ["circle", "square", "triangle"]
MOVES = {"left": (-1, 0), "right": (1, 0)}
SPEEDS = {"quickly": 2 / 64}   # fraction of the frame per frame

def tri(x):  # bounce in [0,1]
    x = x % 2.0
    return torch.where(x > 1, 2 - x, x)

def spec(rng):
    move = rng.choice(list(MOVES)); column = rng.randrange(1 if move == "left" else 0, 5)
    return dict(color=rng.choice(list(COLORS)), shape=rng.choice(SHAPES), move=move, speed=rng.choice(list(SPEEDS)),
                x0=column * 8 / 36, y0=rng.random(), r=RADIUS,
                bg=[[rng.uniform(0.05, 0.6) for _ in range(3)] for _ in range(2)], ang=rng.uniform(0, 2 * math.pi),
                lm=(rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)), lmc=rng.choice(list(COLORS)))

def later(s, frames):  # the same scene seen `frames` later: new start position and, after a bounce, new direction
    p = round((s["x0"] if s["move"] == "right" else 2 - s["x0"]) + SPEEDS[s["speed"]] / (1 - 2 * s["r"]) * frames, 6) % 2
    return {**s, "x0": min(p, 2 - p), "move": "left" if p > 1 else "right"}

def prompt(s):
    return f"a {s['color']} {s['shape']} moves {s['move']} {s['speed']}"

def render(s, n, size=64, start=0, w=None):
    H = size; W = w or size
    yy, xx = torch.meshgrid((torch.arange(H) + .5) / H, (torch.arange(W) + .5) / W, indexing="ij")
    t = torch.arange(start, start + n).float()
    dx, dy = MOVES[s["move"]]; v = SPEEDS[s["speed"]]; r = s["r"]
    span = 1 - 2 * r
    def phase(p0, d):
        if d < 0: return 2 - p0 + v / span * t
        return p0 + (v / span * t if d > 0 else 0 * t)
    cx = r + span * tri(phase(s["x0"], dx)); cy = r + span * tri(phase(s["y0"], dy))
    g = ((xx - .5) * math.cos(s["ang"]) + (yy - .5) * math.sin(s["ang"])) / 1.4142 + .5
    a, b = torch.tensor(s["bg"][0]), torch.tensor(s["bg"][1])
    img = a[:, None, None] * (1 - g) + b[:, None, None] * g
    aa = 1.2 / size
    lm = torch.clamp((0.05 - torch.maximum((xx - s["lm"][0]).abs(), (yy - s["lm"][1]).abs())) / aa + .5, 0, 1)
    img = img * (1 - lm) + torch.tensor(COLORS[s["lmc"]])[:, None, None] * lm
    X = xx[None] - cx[:, None, None]; Y = yy[None] - cy[:, None, None]
    if s["shape"] == "circle": d = r - (X * X + Y * Y).sqrt()
    elif s["shape"] == "square": d = r * .85 - torch.maximum(X.abs(), Y.abs())
    else: d = torch.minimum(r * .6 - Y, (Y + r - 1.8 * X.abs()) / 2.06)
    m = torch.clamp(d / aa + .5, 0, 1)[:, None]
    f = img[None] * (1 - m) + torch.tensor(COLORS[s["color"]])[None, :, None, None] * m
    return (f * 2 - 1).permute(1, 0, 2, 3).contiguous()   # [3,T,H,W] in [-1,1]
