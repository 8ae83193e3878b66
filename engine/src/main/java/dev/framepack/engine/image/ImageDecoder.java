package dev.framepack.engine.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.framepack.engine.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes one image file: format by content, size checked first, and every failure of a reader made
 * a typed one.
 */
final class ImageDecoder {

  private ImageDecoder() {}

  static Rgb8Image read(Path file) {
    byte[] bytes;
    try {
      bytes = ImageFiles.readBounded(file);
    } catch (OutOfMemoryError e) {
      throw ImageFiles.tooLargeForHeap(file, e);
    }
    return decode(file, bytes);
  }

  /** Decodes bytes already read; the path only names them in messages. */
  static Rgb8Image decode(Path file, byte[] bytes) {
    return decode(file, bytes, ImageFiles.MAX_PIXELS);
  }

  /** As above, refusing pictures of more pixels. */
  static Rgb8Image decode(Path file, byte[] bytes, long maxPixels) {
    ImageFormat format =
        ImageFormat.of(bytes)
            .orElseThrow(() -> ImageFiles.format(file, "its content is no known image", null));
    try {
      return decode(file, bytes, format, maxPixels);
    } catch (ImageException e) {
      throw e;
    } catch (DamagedImageException e) {
      throw ImageFiles.decode(file, format + " is damaged: " + e.getMessage(), e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Readers answer damaged input with whatever their parser trips over.
      throw ImageFiles.decode(file, format + " cannot be decoded (" + e + ")", e);
    } catch (OutOfMemoryError e) {
      throw ImageFiles.tooLargeForHeap(file, e);
    }
  }

  private static Rgb8Image decode(Path file, byte[] bytes, ImageFormat format, long maxPixels)
      throws IOException {
    return switch (format) {
      case PNG -> {
        PngChunks chunks = PngChunks.parse(bytes);
        ImageFiles.checkSize(file, chunks.width(), chunks.height(), maxPixels);
        yield chunks
            .orientation()
            .apply(decode(file, jdkReader("png"), chunks.withoutAncillary(), format, maxPixels));
      }
      case JPEG -> {
        JpegHeader header = JpegHeader.parse(bytes);
        ImageFiles.checkSize(file, header.width(), header.height(), maxPixels);
        yield header.orientation().apply(decodeJpeg(header, bytes));
      }
      case WEBP -> {
        ExifOrientation orientation = WebpChunks.check(bytes);
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        yield orientation.apply(decode(file, reader, bytes, format, maxPixels));
      }
      case BMP -> decode(file, jdkReader("bmp"), bytes, format, maxPixels);
      case GIF -> decode(file, jdkReader("gif"), bytes, format, maxPixels);
    };
  }

  private static Rgb8Image decode(
      Path file, ImageReader reader, byte[] bytes, ImageFormat format, long maxPixels)
      throws IOException {
    try (ImageInputStream in = new EndGuardedInput(bytes)) {
      reader.setInput(in, true, true);
      ImageFiles.checkSize(file, reader.getWidth(0), reader.getHeight(0), maxPixels);
      return RasterColor.toRgb(reader.read(0), format);
    } finally {
      reader.dispose();
    }
  }

  /**
   * The raster as stored, so that colour conversion is the one defined here and no profile is
   * applied.
   */
  private static Rgb8Image decodeJpeg(JpegHeader header, byte[] bytes) throws IOException {
    ImageReader reader = jdkReader("jpeg");
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (ImageInputStream in = new EndGuardedInput(bytes)) {
      reader.setInput(in, true, true);
      Rgb8Image image = JpegColor.toRgb(reader.readRaster(0, null), header);
      for (String warning : warnings) {
        // The library fills missing data with grey; half a picture is no picture.
        if (warning.toLowerCase(Locale.ROOT).contains("premature")) {
          throw new DamagedImageException("it is cut short (" + warning + ")");
        }
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  /** The JDK's own reader, whatever other plug-ins the embedding application has registered. */
  private static ImageReader jdkReader(String format) throws IOException {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      boolean jdk = provider.getClass().getName().startsWith("com.sun.imageio.plugins.");
      if (jdk && List.of(provider.getFormatNames()).contains(format)) {
        return provider.createReaderInstance();
      }
    }
    throw new IIOException("this Java runtime has no reader for " + format);
  }
}
