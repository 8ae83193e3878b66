package dev.framepack.bench.reproduce.spark;

import java.io.Serializable;
import java.util.function.ObjIntConsumer;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Spark's job that hands results over as they come: what {@code collect} does at the end, and
 * Java's API has no name for.
 */
final class StreamedJob {
  private StreamedJob() {}

  /**
   * Runs a set with one element in each partition; returns when all were handed over.
   *
   * @param each takes an element and its partition, each partition exactly once, one at a time; an
   *     exception of it ends the job
   */
  static <T> void run(JavaRDD<T> elements, Class<T> type, ObjIntConsumer<T> each) {
    elements
        .context()
        .runJob(
            elements.rdd(),
            new First<T>(),
            (partition, element) -> {
              each.accept(element, (Integer) partition);
              return BoxedUnit.UNIT;
            },
            ClassTag.<T>apply(type));
  }

  private static final class First<T> extends AbstractFunction1<Iterator<T>, T>
      implements Serializable {
    @Override
    public T apply(Iterator<T> elements) {
      return elements.next();
    }
  }
}
