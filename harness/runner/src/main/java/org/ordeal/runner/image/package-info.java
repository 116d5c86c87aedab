/**
 * Container images without a registry and without a builder.
 *
 * <p>An image is a stack of tar layers and a JSON configuration. {@link
 * org.ordeal.runner.image.Layer} writes layers whose bytes depend only on their content (sorted
 * names, no times, no owners), {@link org.ordeal.runner.image.ContainerImage} puts them together as
 * an archive that any engine loads, so the same commit gives the same image digest on every
 * machine. {@link org.ordeal.runner.image.RuntimeLayer} makes the base that all our images share: a
 * {@code jlink} runtime and the shared libraries that it needs, and nothing else (no shell, no
 * package manager). {@link org.ordeal.runner.image.Images} knows which images Ordeal needs and what
 * is in each.
 *
 * <p>An archive, as {@code docker load} reads it:
 *
 * <pre>
 *   manifest.json            [{"Config": "CONFIG.json", "RepoTags": [...], "Layers": ["DIFF/layer.tar", ...]}]
 *   CONFIG.json              entry point, environment, user, health check, digests of the layers
 *   DIFF/layer.tar           files of one layer; DIFF is the SHA-256 of the tar
 * </pre>
 *
 * The image's id is the SHA-256 of its configuration, which names the layers by digest.
 */
@NullMarked
package org.ordeal.runner.image;

import org.jspecify.annotations.NullMarked;
