package org.ordeal.runner.systems;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Gives a JVM an address of its own: a server that would listen on every address of the machine
 * listens on that one, as it would on a machine or in a container of its own.
 *
 * <p>Apache's HA and controller servers heed no {@code bindAddress}, and brokers announce the HA
 * port that they listen on to each other. On a machine that nodes share, a peer would therefore
 * reach it past the proxy. The software stays as it is; the JDK's {@code sun.nio.ch.Net.bind} is
 * what is told better:
 *
 * <pre>
 *   if (addr.isAnyLocalAddress() &amp;&amp; port != 0) addr = InetAddress.getByName(ADDRESS);
 * </pre>
 */
public final class BindAgent {

  private static final String CLASS = "sun/nio/ch/Net";
  private static final String METHOD = "bind";
  private static final String TYPE =
      "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)V";
  private static final int ADDRESS_SLOT = 2;
  private static final int PORT_SLOT = 3;

  private BindAgent() {}

  /** Entry point of the agent; the argument is the address. */
  public static void premain(String address, Instrumentation instrumentation)
      throws ClassNotFoundException, UnmodifiableClassException {
    instrumentation.addTransformer(new Transformer(address), true);
    instrumentation.retransformClasses(Class.forName(CLASS.replace('/', '.')));
  }

  /** Writes the agent's jar and tells the flag that makes a JVM use it. */
  static String flag(Path jar, String address) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", BindAgent.class.getName());
    attributes.putValue("Can-Retransform-Classes", "true");
    Files.createDirectories(jar.toAbsolutePath().getParent());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> part :
          new Class<?>[] {BindAgent.class, Transformer.class, Transformer.Prologue.class}) {
        String name = part.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = part.getClassLoader().getResourceAsStream(name)) {
          if (in == null) {
            throw new IOException("The class " + part.getName() + " has no file.");
          }
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return "-javaagent:" + jar + "=" + address;
  }

  /** Changes the one method. */
  static final class Transformer implements ClassFileTransformer {

    private final String address;

    Transformer(String address) {
      this.address = address;
    }

    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        String className,
        @Nullable Class<?> redefined,
        @Nullable ProtectionDomain domain,
        byte[] bytes) {
      if (!CLASS.equals(className)) {
        return null;
      }
      ClassFile format = ClassFile.of();
      return format.transformClass(
          format.parse(bytes),
          ClassTransform.transformingMethodBodies(
              method ->
                  method.methodName().equalsString(METHOD)
                      && method.methodType().equalsString(TYPE),
              new Prologue(address)));
    }

    /** The line that is put before the method's own. */
    static final class Prologue implements CodeTransform {

      private final String address;

      Prologue(String address) {
        this.address = address;
      }

      @Override
      public void atStart(CodeBuilder code) {
        ClassDesc inetAddress = ClassDesc.of("java.net.InetAddress");
        Label asTold = code.newLabel();
        code.aload(ADDRESS_SLOT)
            .invokevirtual(
                inetAddress, "isAnyLocalAddress", MethodTypeDesc.of(ConstantDescs.CD_boolean))
            .ifeq(asTold)
            .iload(PORT_SLOT)
            .ifeq(asTold)
            .ldc(address)
            .invokestatic(
                inetAddress, "getByName", MethodTypeDesc.of(inetAddress, ConstantDescs.CD_String))
            .astore(ADDRESS_SLOT)
            .labelBinding(asTold);
      }

      @Override
      public void accept(CodeBuilder code, CodeElement element) {
        code.with(element);
      }
    }
  }
}
