package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.FileStat;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.libc.PathCalls;
import org.ordeal.faults.disk.volume.Inode.DurableName;

/**
 * One disk: its inodes, its journal, its backing directory, and when what becomes durable.
 *
 * <p>Every operation is called between {@link #enter} and {@link #exit}, so that it is whole before
 * a cut or has not begun. Names are in {@link NameSpace}, content and attributes in {@link
 * FileContents}, what makes them durable in {@link Durability}. Thread-safe. Errors are {@link
 * ErrnoException}s, to be handed to the caller of the system call.
 */
public final class Volume implements AutoCloseable {
  /** The root's number, in every epoch. */
  public static final long ROOT = 1;

  /**
   * How a volume behaves; see {@link org.ordeal.faults.disk.DiskOptions}.
   *
   * @param dataAgeMillis age at which data is written back, -1 never
   * @param metadataAgeMillis age at which metadata is committed, -1 never
   */
  public record Settings(
      MetadataMode metadata,
      long dataAgeMillis,
      long metadataAgeMillis,
      long dirtyBytes,
      boolean flushOnReplace,
      boolean hostSync,
      @Nullable Long capacityBytes) {}

  final Settings settings;
  final Counters counters = new Counters();
  final PagePool pool;
  final DurableTree tree;
  final Journal journal;
  final ReentrantReadWriteLock epochLock = new ReentrantReadWriteLock();
  final ReentrantLock names = new ReentrantLock();
  final ConcurrentHashMap<Long, Inode> inodes = new ConcurrentHashMap<>();
  final Set<Inode> dirtyFiles = ConcurrentHashMap.newKeySet();
  final AtomicLong used = new AtomicLong();
  private final Map<Long, Inode> hardLinked = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(ROOT);
  private final String root;
  private final WriteBack writeBack;
  private final NameSpace nameSpace;
  private final FileContents contents;
  private final Durability durability;
  private final AtomicLong epoch = new AtomicLong();
  private volatile Set<String> namesBeforeCut = Set.of();
  private volatile boolean closed;
  private volatile Space space = Space.UNLIMITED;
  private volatile Standstill standstill = Standstill.NEVER;

  /**
   * Opens the volume whose durable state is a directory.
   *
   * @param root the backing directory, which exists; one char for each byte
   * @param orphans a directory for what is durable without a name; on the same file system, emptied
   *     now
   */
  public Volume(String root, String orphans, Settings settings) throws IOException {
    this.root = root;
    this.settings = settings;
    this.pool = new PagePool(settings.dirtyBytes());
    this.tree = new DurableTree(root, orphans);
    this.nameSpace = new NameSpace(this);
    this.journal = new Journal(nameSpace::idle);
    this.contents = new FileContents(this);
    this.durability = new Durability(this);
    loadRoot();
    if (settings.capacityBytes() != null) {
      used.set(sizeOf(root));
    }
    this.writeBack = new WriteBack(this);
  }

  private static long sizeOf(String directory) throws ErrnoException {
    long bytes = 0;
    for (String name : PathCalls.list(directory)) {
      FileStat stat = PathCalls.lstat(directory + "/" + name);
      boolean isDirectory = (stat.mode() & Inode.S_IFMT) == Inode.S_IFDIR;
      bytes += isDirectory ? sizeOf(directory + "/" + name) : stat.size();
    }
    return bytes;
  }

  /** Operations on names. */
  public NameSpace names() {
    return nameSpace;
  }

  /** Operations on files. */
  public FileContents contents() {
    return contents;
  }

  /** What makes things durable. */
  public Durability durability() {
    return durability;
  }

  Space space() {
    return space;
  }

  Standstill standstill() {
    return standstill;
  }

  WriteBack writeBack() {
    return writeBack;
  }

  /** Its counters. */
  public Counters counters() {
    return counters;
  }

  /** How often it has lost power. */
  public long epoch() {
    return epoch.get();
  }

  /** Uncommitted changes of names, sizes and attributes. */
  public long pendingMetadata() {
    return (long) journal.size() + durability.pendingInodes().size();
  }

  /** Whom to ask before anything is allocated. */
  public void setSpace(Space space) {
    this.space = space;
  }

  /** Whom to ask before anything is written back by age. */
  public void setStandstill(Standstill standstill) {
    this.standstill = standstill;
  }

  /**
   * Begins an operation; {@link #exit} must follow if this returns.
   *
   * @param expected the epoch in which the operation was asked for
   * @throws ErrnoException ESTALE if the power has been cut since
   */
  public void enter(long expected) throws ErrnoException {
    epochLock.readLock().lock();
    if (epoch.get() != expected || closed) {
      epochLock.readLock().unlock();
      throw new ErrnoException(Errno.ESTALE, "the disk lost power");
    }
  }

  /** Ends an operation. */
  public void exit() {
    epochLock.readLock().unlock();
  }

  /**
   * The inode with that number.
   *
   * @throws ErrnoException ESTALE if there is none, such as one of an earlier epoch
   */
  public Inode inode(long id) throws ErrnoException {
    Inode inode = inodes.get(id);
    if (inode == null) {
      throw new ErrnoException(Errno.ESTALE, "inode " + id);
    }
    return inode;
  }

  /** The inode with that number, or null. */
  public @Nullable Inode find(long id) {
    return inodes.get(id);
  }

  /**
   * One of the paths of an inode within the disk, as text without a leading slash; the root is
   * empty.
   */
  public String path(Inode inode) {
    StringBuilder path = new StringBuilder();
    Inode at = inode;
    for (int depth = 0; at.parent != null && depth < 4096; depth++) {
      path.insert(0, path.isEmpty() ? at.name : at.name + "/");
      at = at.parent;
    }
    return PathBytes.display(path.toString());
  }

  /**
   * The names in the root directory as far as anybody has looked, for telling the kernel to forget
   * them.
   */
  public Set<String> rootNames() {
    names.lock();
    try {
      Inode top = inodes.get(ROOT);
      return top == null || top.children == null ? Set.of() : Set.copyOf(top.children.keySet());
    } finally {
      names.unlock();
    }
  }

  /** The names that the root directory had when the power was cut last. */
  public Set<String> namesBeforeCut() {
    return namesBeforeCut;
  }

  /**
   * Paths of the files that somebody has open, for making the kernel write their memory maps back.
   */
  public List<String> openPaths() {
    names.lock();
    try {
      return inodes.values().stream()
          .filter(i -> i.isRegular() && i.opens.get() > 0 && i.links > 0)
          .map(i -> PathBytes.bytesOf(path(i)))
          .toList();
    } finally {
      names.unlock();
    }
  }

  // ---- loading ----

  private void loadRoot() throws IOException {
    FileStat stat = PathCalls.lstat(root);
    Inode top = new Inode(ROOT, stat.mode(), 0, null, null);
    fill(top, stat);
    top.materialized = true;
    inodes.put(ROOT, top);
  }

  /** Makes the inode of a name in the backing tree; called under the name-space lock. */
  Inode load(Inode directory, String name, String path) throws IOException {
    FileStat stat = PathCalls.lstat(path);
    Inode known = hardLinked.get(stat.ino());
    if (known != null) {
      known.durableNames.add(new DurableName(directory, name));
      return known;
    }
    int type = stat.mode() & Inode.S_IFMT;
    FileData data = type == Inode.S_IFREG ? new FileData(pool, counters, stat.size()) : null;
    String target = type == Inode.S_IFLNK ? PathCalls.readlink(path) : null;
    Inode inode = new Inode(ids.incrementAndGet(), stat.mode(), stat.rdev(), data, target);
    fill(inode, stat);
    inode.materialized = true;
    inode.parent = directory;
    inode.name = name;
    inode.durableNames.add(new DurableName(directory, name));
    if (stat.nlink() > 1 && type != Inode.S_IFDIR) {
      hardLinked.put(stat.ino(), inode);
    }
    inodes.put(inode.id(), inode);
    return inode;
  }

  private static void fill(Inode inode, FileStat stat) {
    inode.uid = stat.uid();
    inode.gid = stat.gid();
    inode.atime = stat.atime();
    inode.mtime = stat.mtime();
    inode.ctime = stat.ctime();
    // Some file systems, such as btrfs, count no directories among the links of their parent.
    boolean directory = (stat.mode() & Inode.S_IFMT) == Inode.S_IFDIR;
    inode.links = directory ? Math.max(2, stat.nlink()) : stat.nlink();
    inode.backingBlocks = stat.blocks();
  }

  /** A new object that is not in the backing tree yet. */
  Inode create(int mode, int rdev, int uid, int gid, @Nullable String target) {
    FileData data = (mode & Inode.S_IFMT) == Inode.S_IFREG ? new FileData(pool, counters, 0) : null;
    Inode inode = new Inode(ids.incrementAndGet(), mode, rdev, data, target);
    inode.uid = uid;
    inode.gid = gid;
    inode.atime = now();
    inode.mtime = inode.atime;
    inode.ctime = inode.atime;
    inode.xattrs = new TreeMap<>();
    inodes.put(inode.id(), inode);
    return inode;
  }

  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  // ---- space ----

  /** Bytes in use, as far as known. */
  public long usedBytes() {
    return Math.max(0, used.get());
  }

  /** The size it shows. */
  public long capacityBytes() {
    Long capacity = settings.capacityBytes();
    return capacity == null ? 1L << 40 : capacity;
  }

  /** Forgets all volatile state; under the exclusive epoch lock. */
  void forget() throws IOException {
    namesBeforeCut = rootNames();
    epoch.incrementAndGet();
    for (Inode inode : inodes.values()) {
      FileData data = inode.data;
      if (data != null) {
        data.dropAll();
        data.detach();
      }
    }
    inodes.clear();
    hardLinked.clear();
    journal.clear();
    durability.forget();
    dirtyFiles.clear();
    tree.emptyOrphans();
    loadRoot();
    if (settings.capacityBytes() != null) {
      used.set(sizeOf(root));
    }
  }

  /** The backing directory. */
  String root() {
    return root;
  }

  /**
   * Makes everything durable and lets go of the backing directory. Nobody may use the volume any
   * more.
   */
  @Override
  public void close() throws IOException {
    writeBack.close();
    epochLock.writeLock().lock();
    try {
      durability.syncAll();
      forget();
      tree.removeOrphans();
      closed = true;
    } finally {
      epochLock.writeLock().unlock();
    }
    pool.close();
  }
}
