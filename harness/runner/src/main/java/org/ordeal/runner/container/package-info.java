/**
 * Clusters whose nodes are containers.
 *
 * <p>Each node is alone on an internal network that it shares only with Toxiproxy, so that no path
 * goes round the proxy: there is no route from one node's network to another's, nor out of it.
 *
 * <pre>
 *   network of n0  172.28.a.0/28            network of n1  172.28.a.16/28
 *   +-----------------------------+         +-----------------------------+
 *   | n0 .3        toxiproxy .2   |         | n1 .19       toxiproxy .18  |
 *   |  |  "n1" ---&gt; .2:11011 ------------------&gt; .19:11011               |
 *   +-----------------------------+         +-----------------------------+
 * </pre>
 *
 * On n0's network the names of all <em>other</em> nodes are aliases of Toxiproxy. Since they share
 * its address there, every node has port numbers of its own ({@link
 * org.ordeal.runner.container.ContainerAddresses}); the address that a connection arrives at tells
 * who dialled, the port tells whom: one proxy for every directed link.
 *
 * <p>Networks, containers and their addresses carry labels ({@link
 * org.ordeal.runner.container.Engine}), by which the next command finds what a killed one left.
 *
 * <p><b>Limits.</b> The harness dials nodes at their container addresses and gives them directories
 * by bind mount, so the engine must run on the same Linux machine, and not in a rootless namespace
 * or a virtual machine of its own (Docker Desktop).
 */
@NullMarked
package org.ordeal.runner.container;

import org.jspecify.annotations.NullMarked;
