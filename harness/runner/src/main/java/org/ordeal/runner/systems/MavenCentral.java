package org.ordeal.runner.systems;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.eclipse.aether.version.Version;

/**
 * Fetches artifacts with all that they depend on, as Maven would for this user: through the
 * mirrors, proxies and credentials of {@code settings.xml}, into the user's local repository.
 */
final class MavenCentral implements AutoCloseable {

  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";

  private final RepositorySystem system;
  private final CloseableSession session;
  private final List<RemoteRepository> repositories;

  MavenCentral(Consumer<String> progress) {
    Settings settings = settings();
    system = new RepositorySystemSupplier().get();
    SessionBuilder builder = new SessionBuilderSupplier(system).get();
    builder.withLocalRepositoryBaseDirectories(localRepository(settings));
    builder.setOffline(settings.isOffline());
    builder.setMirrorSelector(mirrors(settings));
    builder.setProxySelector(proxies(settings));
    builder.setAuthenticationSelector(authentication(settings));
    builder.setTransferListener(new Downloads(progress));
    session = builder.build();
    RemoteRepository central = new RemoteRepository.Builder("central", "default", CENTRAL).build();
    repositories = system.newResolutionRepositories(session, List.of(central));
  }

  /**
   * The jars of some artifacts and all that they need at run time, in class path order.
   *
   * @param coordinates such as {@code org.apache.rocketmq:rocketmq-broker:5.1.0}
   */
  List<Path> resolve(List<String> coordinates) throws DependencyResolutionException {
    CollectRequest collect = new CollectRequest();
    for (String coordinate : coordinates) {
      collect.addDependency(new Dependency(new DefaultArtifact(coordinate), "runtime"));
    }
    collect.setRepositories(repositories);
    List<Path> jars = new ArrayList<>();
    for (ArtifactResult result :
        system
            .resolveDependencies(session, new DependencyRequest(collect, null))
            .getArtifactResults()) {
      Path jar = result.getArtifact().getPath();
      if (jar != null && jar.toString().endsWith(".jar")) {
        jars.add(jar);
      }
    }
    return jars;
  }

  /** Versions of an artifact that are published or in the local repository, oldest first. */
  List<String> versions(String groupAndArtifact) throws VersionRangeResolutionException {
    return system
        .resolveVersionRange(
            session,
            new VersionRangeRequest(
                new DefaultArtifact(groupAndArtifact + ":[0,)"), repositories, null))
        .getVersions()
        .stream()
        .map(Version::toString)
        .toList();
  }

  @Override
  public void close() {
    session.close();
    system.close();
  }

  private static Settings settings() {
    Path user = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
    String mavenHome = System.getenv("MAVEN_HOME");
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    request.setUserSettingsFile(user.toFile());
    if (mavenHome != null) {
      File global = Path.of(mavenHome, "conf", "settings.xml").toFile();
      request.setGlobalSettingsFile(global);
    }
    request.setSystemProperties(System.getProperties());
    try {
      return new DefaultSettingsBuilderFactory()
          .newInstance()
          .build(request)
          .getEffectiveSettings();
    } catch (SettingsBuildingException e) {
      throw new org.ordeal.runner.UsageException(
          "Maven's settings in %s could not be read: %s".formatted(user, e.getMessage()), e);
    }
  }

  private static Path localRepository(Settings settings) {
    String property = System.getProperty("maven.repo.local");
    if (property != null) {
      return Path.of(property);
    }
    if (settings.getLocalRepository() != null && !settings.getLocalRepository().isBlank()) {
      return Path.of(settings.getLocalRepository());
    }
    Path standard = Path.of(System.getProperty("user.home"), ".m2", "repository");
    return Files.isSymbolicLink(standard) ? standard : standard.toAbsolutePath();
  }

  private static DefaultMirrorSelector mirrors(Settings settings) {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    for (Mirror mirror : settings.getMirrors()) {
      selector.add(
          mirror.getId(),
          mirror.getUrl(),
          mirror.getLayout(),
          false,
          mirror.isBlocked(),
          mirror.getMirrorOf(),
          mirror.getMirrorOfLayouts());
    }
    return selector;
  }

  private static DefaultProxySelector proxies(Settings settings) {
    DefaultProxySelector selector = new DefaultProxySelector();
    for (var proxy : settings.getProxies()) {
      if (proxy.isActive()) {
        Authentication credentials =
            new AuthenticationBuilder()
                .addUsername(proxy.getUsername())
                .addPassword(proxy.getPassword())
                .build();
        selector.add(
            new Proxy(proxy.getProtocol(), proxy.getHost(), proxy.getPort(), credentials),
            proxy.getNonProxyHosts());
      }
    }
    return selector;
  }

  private static DefaultAuthenticationSelector authentication(Settings settings) {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    for (Server server : settings.getServers()) {
      selector.add(
          server.getId(),
          new AuthenticationBuilder()
              .addUsername(server.getUsername())
              .addPassword(server.getPassword())
              .addPrivateKey(server.getPrivateKey(), server.getPassphrase())
              .build());
    }
    return selector;
  }

  /** Says what is being fetched, once for each jar. */
  private static final class Downloads extends AbstractTransferListener {

    private final Consumer<String> progress;

    Downloads(Consumer<String> progress) {
      this.progress = progress;
    }

    @Override
    public void transferSucceeded(TransferEvent event) {
      String name = event.getResource().getResourceName();
      if (name.endsWith(".jar")) {
        progress.accept(
            "fetched %s (%,d KiB)"
                .formatted(
                    name.substring(name.lastIndexOf('/') + 1), event.getTransferredBytes() / 1024));
      }
    }
  }
}
