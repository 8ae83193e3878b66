package dev.framepack.engine.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.ImageException;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which section has which image. */
final class SectionImagesTest {
  private static final Path FILE = GoldenData.path("pipeline/framepack_inverted/image.png");
  private static final Rgb8Image A = Rgb8Image.of(1, 1, new byte[3]);
  private static final Rgb8Image B = Rgb8Image.of(1, 1, new byte[] {1, 1, 1});

  @Test
  void filesAreReadForSections() {
    SectionImages images = SectionImages.read("1-2:%s;;; -1 : %s".formatted(FILE, FILE));
    assertThat(images.images()).extracting(SectionImage::sections).containsExactly("1-2", "-1");
    assertThat(images.images().getFirst().image()).isEqualTo(Rgb8Image.read(FILE));
    assertThat(images.ofSections(5)).containsExactly(-1, 0, 0, -1, 1);
    assertThat(images.start()).isEmpty();
    assertThat(SectionImages.read("1:" + FILE).ofSections(2)).containsExactly(-1, 0);
  }

  @Test
  void theImageOfSectionZeroIsTheStartImage() {
    SectionImages images =
        new SectionImages(List.of(new SectionImage(0, 1, A), SectionImage.of(-1, B)));
    assertThat(images.start()).contains(A);
    assertThat(images.ofSections(3)).containsExactly(-1, 0, 1);
    assertThat(images.faults(3, A)).isEmpty();
    assertThat(images.faults(3, B))
        .containsExactly("section images: section 0 has the start image, give one of the two");
    assertThat(images.faults(1, A)).isNotEmpty();
  }

  @Test
  void sectionsOutOfRangeAndSharedOnesAreFaults() {
    SectionImages images = new SectionImages(List.of(SectionImage.of(1, A), SectionImage.of(7, A)));
    assertThat(images.faults(3, A))
        .containsExactly(
            "section images, image 2: section 7 is out of range, the video has sections 0 to 2");
    assertThat(
            new SectionImages(List.of(SectionImage.of(2, A), SectionImage.of(-1, B))).faults(3, A))
        .containsExactly("section images, image 2: section -1 overlaps section 2 of image 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.png               | section images, character 1: expected SECTION:FILE",
        "1:a.png;;;          | section images, character 11: expected text, found nothing",
        "2-1:a.png           | section images, character 1: expected a rising range",
        "--1:a.png           | section images, character 1: expected a section such as"
      })
  void faultsOfTheTextAreToldAtTheirCharacter(String text, String fault) {
    assertThatThrownBy(() -> SectionImages.read(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("SECTION_IMAGES: ")
        .hasMessageContaining(fault);
  }

  @Test
  void aMissingFileIsToldAsAnyImage() {
    assertThatThrownBy(() -> SectionImages.read("1:no-such-file.png"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("no-such-file.png");
  }
}
