/**
 * What is durable and what is not: the model of a disk that can lose power.
 *
 * <p>The <em>durable</em> state is the backing directory, a plain directory tree. The
 * <em>volatile</em> state is all in memory: the tree as the processes see it ({@link
 * org.ordeal.faults.disk.volume.Inode}), the dirty pages of its files ({@link
 * org.ordeal.faults.disk.volume.FileData}) and the {@link org.ordeal.faults.disk.volume.Journal} of
 * changes to names that are not in the backing directory yet. Nothing is ever undone: a change goes
 * to the backing directory when it is committed (by an fsync, by age, under pressure), and a
 * <em>cut</em> forgets the memory and reads the tree from the backing directory again.
 *
 * <pre>
 *   write ──► dirty pages ──fsync, age, pressure──► file in the backing directory
 *   rename ─► journal ─────fsync, age─────────────► rename in the backing directory
 *   cut: dirty pages, journal and every inode are dropped; the epoch is one more
 * </pre>
 *
 * <p>An inode that is durable but has no durable name yet (strict mode: its file was synced, its
 * directory was not) lies in the <em>orphans</em>, a sibling of the backing directory that a cut
 * empties.
 *
 * <p>Locks, in the order in which they are taken: the volume's epoch lock (shared by every
 * operation, exclusive for a cut, so that an operation is whole before the cut or has not begun),
 * the name-space lock (names, journal, backing paths), a file's own monitor (size and pages).
 */
@NullMarked
package org.ordeal.faults.disk.volume;

import org.jspecify.annotations.NullMarked;
