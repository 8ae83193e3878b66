package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link CausalConv3d} and {@link UpsampleConv3d}, one output row (along the columns) of a few
 * channels at a time: each input row is padded once and added to all of them.
 */
final class ConvolutionKernel {
  private static final int CHANNEL_BLOCK = 8;

  private final Floats x;
  private final Floats weight;
  private final Floats bias;
  private final @Nullable Floats residual;
  private final Floats y;
  private final Shape in; // [B, C, T, H, W]
  private final Shape kernel; // [O, C, kt, kh, kw]
  private final Shape out; // [B, O, T', H', W']
  private final int strideT;
  private final int strideHw;
  private final int scaleT;
  private final int scaleHw;
  private final int channelBlocks;

  /** Scratch of one worker: a padded input row, and output rows of one channel block. */
  private record Rows(double[] padded, double[][] sums) {}

  private ConvolutionKernel(CausalConv3d op, UpsampleConv3d enlarge, OpCall call) {
    this.scaleT = enlarge.scaleT();
    this.scaleHw = enlarge.scaleHw();
    this.strideT = op.strideT();
    this.strideHw = op.strideHw();
    this.in = call.input(0).shape();
    this.kernel = call.input(1).shape();
    this.out = call.output().shape();
    this.x = Floats.input(call, 0);
    this.weight = Floats.input(call, 1);
    this.bias = Floats.input(call, 2);
    this.residual = op.residual() ? Floats.input(call, 3) : null;
    this.y = Floats.output(call);
    this.channelBlocks = Math.ceilDiv(out.size(1), CHANNEL_BLOCK);
  }

  static Runnable bind(CausalConv3d op, OpCall call, Workers workers) {
    return bind(new ConvolutionKernel(op, new UpsampleConv3d(1, 1), call), workers);
  }

  static Runnable bind(UpsampleConv3d op, OpCall call, Workers workers) {
    return bind(new ConvolutionKernel(CausalConv3d.unstrided(), op, call), workers);
  }

  private static Runnable bind(ConvolutionKernel kernel, Workers workers) {
    Rows[] scratch = new Rows[workers.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] =
          new Rows(
              new double[kernel.in.size(4) * kernel.scaleHw + kernel.kernel.size(4) - 1],
              new double[CHANNEL_BLOCK][kernel.out.size(4)]);
    }
    Shape out = kernel.out;
    long items = out.dim(0) * out.dim(2) * out.dim(3) * kernel.channelBlocks;
    Workers.Range body =
        (worker, from, to) -> {
          for (long item = from; item < to; item++) {
            kernel.rows(item, scratch[worker]);
          }
        };
    return () -> workers.split(items, body);
  }

  private void rows(long item, Rows scratch) {
    int firstChannel = (int) (item % channelBlocks) * CHANNEL_BLOCK;
    long position = item / channelBlocks;
    int row = (int) (position % out.dim(3));
    int frame = (int) (position / out.dim(3) % out.dim(2));
    int b = (int) (position / out.dim(3) / out.dim(2));
    int channels = Math.min(CHANNEL_BLOCK, out.size(1) - firstChannel);
    for (double[] sum : scratch.sums) {
      Arrays.fill(sum, 0);
    }
    for (int c = 0; c < in.size(1); c++) {
      for (int kt = 0; kt < kernel.size(2); kt++) {
        int tapFrame = Math.max(frame * strideT + kt - (kernel.size(2) - 1), 0);
        int inFrame = Math.ceilDiv(tapFrame, scaleT);
        for (int kh = 0; kh < kernel.size(3); kh++) {
          int tapRow = row * strideHw + kh - (kernel.size(3) - 1) / 2;
          int inRow = clamp(tapRow, in.size(3) * scaleHw) / scaleHw;
          readPadded(
              (((b * in.dim(1) + c) * in.dim(2) + inFrame) * in.dim(3) + inRow) * in.dim(4),
              scratch.padded);
          for (int o = 0; o < channels; o++) {
            long taps =
                (((firstChannel + o) * kernel.dim(1) + c) * kernel.dim(2) + kt) * kernel.dim(3)
                    + kh;
            accumulate(taps * kernel.dim(4), scratch.padded, scratch.sums[o]);
          }
        }
      }
    }
    for (int o = 0; o < channels; o++) {
      int channel = firstChannel + o;
      long start =
          (((b * out.dim(1) + channel) * out.dim(2) + frame) * out.dim(3) + row) * out.dim(4);
      write(start, bias.get(channel), scratch.sums[o]);
    }
  }

  private void readPadded(long start, double[] padded) {
    int left = (kernel.size(4) - 1) / 2;
    int width = in.size(4) * scaleHw;
    for (int i = 0; i < padded.length; i++) {
      padded[i] = x.get(start + clamp(i - left, width) / scaleHw);
    }
  }

  private void accumulate(long tap, double[] padded, double[] sum) {
    for (int kw = 0; kw < kernel.size(4); kw++) {
      double w = weight.get(tap + kw);
      if (strideHw == 1) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += w * padded[i + kw];
        }
      } else {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += w * padded[i * strideHw + kw];
        }
      }
    }
  }

  private void write(long start, float biasValue, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      double value = sum[i] + biasValue;
      y.set(start + i, residual == null ? value : value + residual.get(start + i));
    }
  }

  private static int clamp(int index, int size) {
    return Math.clamp(index, 0, size - 1);
  }
}
