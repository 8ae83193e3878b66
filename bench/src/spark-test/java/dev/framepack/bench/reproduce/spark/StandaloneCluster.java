package dev.framepack.bench.reproduce.spark;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/** A master and workers as processes of this machine, from the class path of the test. */
final class StandaloneCluster implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern WORKER = Pattern.compile("(Successfully registered)");
  private static final String HOST = "127.0.0.1";
  private static final int START_SECONDS = 60;

  private final Path folder;
  private final Path home;
  private final String classFolders;
  private final List<Process> processes = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final String url;
  private final Thread lastResort = new Thread(this::kill);

  /**
   * A worker.
   *
   * @param folder has a folder for each application, and therein one for each executor
   */
  record Worker(Process process, Path folder) {

    private boolean hasExecutor(String id) {
      try (Stream<Path> applications = Files.list(folder)) {
        return applications.anyMatch(application -> Files.exists(application.resolve(id)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** As when the machine is switched off: no process of it says good-bye. */
    void kill() {
      List<ProcessHandle> executors = process.descendants().toList();
      assertThat(executors).isNotEmpty();
      process.destroyForcibly();
      executors.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /**
   * Starts a master.
   *
   * @param folder for everything of the cluster
   */
  StandaloneCluster(Path folder) throws Exception {
    this.folder = folder;
    home = folder.resolve("home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    List<String> directories = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        directories.add(entry);
      } else if (Files.exists(path)) {
        Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
      }
    }
    classFolders = String.join(File.pathSeparator, directories);
    Runtime.getRuntime().addShutdownHook(lastResort);
    Path log = folder.resolve("master.log");
    List<String> command =
        List.of(
            "org.apache.spark.deploy.master.Master",
            "--host",
            HOST,
            "--port",
            "0",
            "--webui-port",
            "0");
    Process master = start(log, List.of(), command);
    url = await(log, MASTER, master);
  }

  String url() {
    return url;
  }

  /**
   * Starts a worker and waits until the master knows it.
   *
   * @param properties as {@code -D...}
   */
  Worker startWorker(int cores, List<String> properties, String... arguments) throws Exception {
    String name = "worker" + workers.size();
    Path log = folder.resolve(name + ".log");
    Path work = folder.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(
                SparkWorker.class.getName(),
                "--host",
                HOST,
                "--webui-port",
                "0",
                "--cores",
                String.valueOf(cores),
                "--memory",
                "2g",
                "--work-dir",
                work.toString()));
    command.addAll(List.of(arguments));
    command.add(url);
    Worker worker = new Worker(start(log, properties, command), work);
    workers.add(worker);
    await(log, WORKER, worker.process());
    return worker;
  }

  /** The worker that runs an executor. */
  Worker workerOf(String executor) {
    return workers.stream()
        .filter(worker -> worker.hasExecutor(executor))
        .findFirst()
        .orElseThrow();
  }

  /** Makes settings those of a run on this cluster. */
  SparkConf onThis(SparkConf conf) {
    return conf.set("spark.driver.host", HOST)
        .set("spark.driver.bindAddress", HOST)
        .set("spark.executor.memory", "512m")
        // What a killed executor leaves behind goes with the test's folder.
        .set("spark.executor.extraJavaOptions", "-Djava.io.tmpdir=" + folder)
        .set("spark.executor.extraClassPath", classFolders);
  }

  private Process start(Path log, List<String> properties, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src/spark/java.options").toAbsolutePath());
    command.add("-Xmx256m");
    command.addAll(properties);
    command.add("-cp");
    command.add(home.resolve("jars") + "/*" + File.pathSeparator + classFolders);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static String await(Path log, Pattern pattern, Process process) throws Exception {
    long end = System.nanoTime() + SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      Matcher matcher = pattern.matcher(Files.readString(log));
      if (matcher.find()) {
        return matcher.group(1);
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + pattern + " in " + Files.readString(log));
  }

  private void kill() {
    processes.stream()
        .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process.toHandle())))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    for (Process process : processes) {
      process.waitFor();
    }
    Runtime.getRuntime().removeShutdownHook(lastResort);
  }
}
