package org.ordeal.checks.knossos;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.HistoryWriter;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/**
 * Knossos, loaded at run time. One instance keeps one Clojure runtime; safe for use by several
 * threads. A search that outlives its budget is abandoned on a daemon thread.
 */
public final class Knossos {

  private static final Set<String> MODELS =
      Set.of("register", "cas-register", "mutex", "fifo-queue", "unordered-queue");

  /** Stands for null, which Knossos takes for "any value". */
  private static final String NIL = "ordeal/nil";

  /** Knossos's stack depth grows with the history. */
  private static final long STACK_BYTES = 256L << 20;

  /**
   * A function from model, initial value, history and time limit in milliseconds, all but the last
   * as text, to the result as text. The table of memoized states is kept small since the time limit
   * does not cover making it.
   */
  private static final String PROGRAM =
      """
      (do
        (require '[clojure.edn] '[knossos.competition] '[knossos.model] '[knossos.history]
                 '[knossos.model.memo])
        (when-let [v (resolve 'knossos.model.memo/max-state-space)]
          (alter-var-root v (constantly 16)))
        (fn [model initial history limit]
          (let [initial (clojure.edn/read-string initial)
                model   (case model
                          "register"        (knossos.model/register initial)
                          "cas-register"    (knossos.model/cas-register initial)
                          "mutex"           (knossos.model/mutex)
                          "fifo-queue"      (knossos.model/fifo-queue)
                          "unordered-queue" (knossos.model/unordered-queue))
                history (knossos.history/parse-ops (clojure.edn/read-string history))
                result  (knossos.competition/analysis model history {:time-limit limit})]
            (str (pr-str (:valid? result)) " " (pr-str (:index (:op result)))
                 " " (pr-str (:cause result))))))
      """;

  private final ClassLoader loader;
  private final Object program;
  private final Method invoke;

  private Knossos(ClassLoader loader, Object program, Method invoke) {
    this.loader = loader;
    this.program = program;
    this.invoke = invoke;
  }

  /**
   * Loads Clojure and Knossos; takes seconds.
   *
   * @param classpath folders (with the jars in them) and jars, separated as in a class path; null
   *     for the class path of this process
   * @throws KnossosMissingException if it is not there
   */
  public static Knossos load(@Nullable String classpath) {
    String where = classpath == null ? "on the class path" : "in " + classpath;
    ClassLoader loader = Knossos.class.getClassLoader();
    try {
      if (classpath != null) {
        loader = new URLClassLoader("knossos", urls(classpath), loader);
      }
      return load(loader);
    } catch (ReflectiveOperationException | LinkageError | IOException e) {
      throw new KnossosMissingException(where, rootOf(e));
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static URL[] urls(String classpath) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String element : classpath.split(File.pathSeparator)) {
      Path path = Path.of(element);
      urls.add(url(path));
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          for (Path jar :
              files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
            urls.add(url(jar));
          }
        }
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }

  private static Knossos load(ClassLoader loader) throws ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Class<?> clojure = Class.forName("clojure.java.api.Clojure", true, loader);
      Class<?> function = Class.forName("clojure.lang.IFn", true, loader);
      Method var = clojure.getMethod("var", Object.class, Object.class);
      Object loadString = var.invoke(null, "clojure.core", "load-string");
      Object program = function.getMethod("invoke", Object.class).invoke(loadString, PROGRAM);
      Method invoke =
          function.getMethod("invoke", Object.class, Object.class, Object.class, Object.class);
      return new Knossos(loader, program, invoke);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Whether this model can be asked of Knossos at all. */
  public static boolean knows(String model) {
    return MODELS.contains(model);
  }

  /**
   * Checks a history; a key at a time, since Knossos knows of one object only.
   *
   * @return {@code unknown} with the reason where Knossos cannot say, or the history holds what it
   *     cannot express
   */
  public CheckResult check(
      HistorySource history, String model, @Nullable Object initial, CheckBudget budget)
      throws IOException {
    long start = System.nanoTime();
    if (!knows(model)) {
      return result(
          Verdict.UNKNOWN, "Knossos has no model " + model + "; it has " + MODELS, 0, start);
    }
    Map<String, List<Operation>> objects = new LinkedHashMap<>();
    long operations = 0;
    boolean said = false;
    Map<Integer, String> keys = new LinkedHashMap<>();
    try (OperationStream stream = history.open()) {
      while (stream.hasNext()) {
        Operation operation = stream.next();
        if (operation.byNemesis()) {
          continue;
        }
        if (operation.type() == OperationType.INVOKE) {
          operations++;
          keys.put(operation.process(), String.valueOf(operation.key()));
        }
        said |= operation.type() == OperationType.OK;
        String key = keys.getOrDefault(operation.process(), "null");
        objects.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
      }
    }
    if (!said) {
      return result(
          Verdict.UNKNOWN,
          "no operation is known to have completed, so nothing was tested",
          operations,
          start);
    }
    Verdict verdict = Verdict.PASS;
    String reason = "Knossos found a linearization of every object";
    for (Map.Entry<String, List<Operation>> object : objects.entrySet()) {
      Answer answer = checkOne(object.getValue(), model, initial, remaining(budget, start));
      if (verdict.and(answer.verdict) != verdict) {
        verdict = answer.verdict;
        reason = (objects.size() > 1 ? object.getKey() + ": " : "") + answer.reason;
      }
    }
    return result(verdict, reason, operations, start);
  }

  private static Duration remaining(CheckBudget budget, long start) {
    Duration left = budget.time().minusNanos(System.nanoTime() - start);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static CheckResult result(Verdict verdict, String reason, long operations, long start) {
    return new CheckResult(
        "knossos",
        verdict,
        reason,
        operations,
        (System.nanoTime() - start) / 1e9,
        Map.of(),
        List.of(),
        Map.of());
  }

  private record Answer(Verdict verdict, String reason) {}

  private Answer checkOne(
      List<Operation> operations, String model, @Nullable Object initial, Duration left)
      throws IOException {
    if (left.isZero()) {
      return new Answer(Verdict.UNKNOWN, "the time budget is used up");
    }
    String inexpressible = inexpressible(operations, model);
    if (inexpressible != null) {
      return new Answer(Verdict.UNKNOWN, inexpressible);
    }
    String history = edn(operations);
    String first = initial == null ? ":" + NIL : ednValue(initial);
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                answer.complete(
                    String.valueOf(invoke.invoke(program, model, first, history, left.toMillis())));
              } catch (InvocationTargetException e) {
                answer.completeExceptionally(rootOf(e));
              } catch (IllegalAccessException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
              }
            },
            "knossos",
            STACK_BYTES);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return parse(answer.get(left.toMillis() + 2000, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return new Answer(Verdict.UNKNOWN, "Knossos did not finish within its time");
    } catch (ExecutionException e) {
      return new Answer(Verdict.UNKNOWN, "Knossos has failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Knossos was at work", e);
    }
  }

  private static Answer parse(String text) {
    String[] words = text.split(" ", 3);
    return switch (words[0]) {
      case "true" -> new Answer(Verdict.PASS, "Knossos found a linearization");
      case "false" ->
          new Answer(
              Verdict.FAIL,
              "Knossos found no linearization at the completion with index " + words[1]);
      default -> new Answer(Verdict.UNKNOWN, "Knossos does not know: " + words[words.length - 1]);
    };
  }

  /** Why a history of a queue cannot be told to Knossos, or null. */
  private static @Nullable String inexpressible(List<Operation> operations, String model) {
    if (!model.endsWith("queue")) {
      return null;
    }
    int open = 0;
    for (Operation operation : operations) {
      if (!operation.f().equals("dequeue")) {
        continue;
      }
      open += operation.type() == OperationType.INVOKE ? 1 : -1;
      if (operation.type() == OperationType.OK && operation.value() == null) {
        return "the queues of Knossos have no dequeue that finds them empty";
      }
      if (operation.type() == OperationType.INFO) {
        return "the queues of Knossos have no dequeue of unknown outcome";
      }
    }
    return open > 0 ? "the queues of Knossos have no dequeue of unknown outcome" : null;
  }

  /** The operations as one EDN vector, with null as a value of its own where it is one. */
  private static String edn(List<Operation> operations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HistoryWriter writer = HistoryWriter.to(out, HistoryWriter.Format.EDN)) {
      Map<Integer, @Nullable Object> arguments = new LinkedHashMap<>();
      for (Operation operation : operations) {
        Object value = operation.value();
        if (operation.type() == OperationType.INVOKE) {
          arguments.put(operation.process(), value);
        } else if (!operation.f().equals("read") && !operation.f().equals("dequeue")) {
          value = arguments.get(operation.process());
        }
        boolean result = operation.type() == OperationType.OK || !operation.f().equals("read");
        writer.write(withValue(operation, result ? marked(value) : null));
      }
    }
    String text = out.toString(StandardCharsets.UTF_8);
    return "[" + text.replace("\"" + NIL + "\"", ":" + NIL) + "]";
  }

  private static @Nullable Object marked(@Nullable Object value) {
    if (value == null) {
      return NIL;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> marked = new ArrayList<>();
      list.forEach(element -> marked.add(marked(element)));
      return marked;
    }
    return value;
  }

  private static Operation withValue(Operation operation, @Nullable Object value) {
    return new Operation(
        operation.index(),
        operation.time(),
        operation.process(),
        operation.type(),
        operation.f(),
        value,
        null,
        null,
        null);
  }

  private static String ednValue(Object value) throws IOException {
    String text =
        edn(List.of(new Operation(0, 0, 0, OperationType.OK, "read", value, null, null, null)));
    return text.substring(text.indexOf(":value ") + 7, text.lastIndexOf('}'));
  }
}
