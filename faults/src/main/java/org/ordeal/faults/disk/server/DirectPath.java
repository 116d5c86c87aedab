package org.ordeal.faults.disk.server;

import java.io.IOException;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/** The data path within this process. */
final class DirectPath implements DataPath {
  private static final int WRITE_HEADER = 40;
  private static final int WRITE_KILL_SUIDGID = 1 << 2;

  private final Volume volume;

  DirectPath(Volume volume) {
    this.volume = volume;
  }

  @Override
  public int carry(FuseRequest request, long epoch) throws IOException {
    volume.enter(epoch);
    try {
      Inode inode = volume.inode(request.node());
      int opcode = request.opcode();
      if (opcode == Opcode.FSYNC) {
        volume.durability().sync(inode);
        return 0;
      }
      long offset = request.u64(8);
      int length = request.u32(16);
      if (opcode == Opcode.READ) {
        return volume
            .contents()
            .read(inode, offset, Math.min(length, FuseRequest.MAX_DATA), request.answer());
      }
      boolean dropSetId = (request.u32(20) & WRITE_KILL_SUIDGID) != 0;
      volume.contents().write(inode, offset, length, request.data(WRITE_HEADER, length), dropSetId);
      request.put32(0, length);
      request.put32(4, 0);
      return 8;
    } finally {
      volume.exit();
    }
  }
}
