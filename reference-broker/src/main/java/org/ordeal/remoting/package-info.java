/**
 * RocketMQ's remoting protocol over TCP: frames, headers, requests and their answers.
 *
 * <p>A connection carries frames in both directions; a frame holds one {@link
 * org.ordeal.remoting.Command}. Either side may send requests, and answers may come in any order:
 * the {@code opaque} number ties an answer to its request.
 *
 * <pre>
 *   0        4          5              8                    8+h              4+length
 *   +--------+----------+--------------+--------------------+----------------+
 *   | length | format   | header bytes | header (h bytes)   | body           |
 *   | int32  | 0 / 1    | uint24  = h  | JSON or binary     | opaque bytes   |
 *   +--------+----------+--------------+--------------------+----------------+
 *            |<------------------- length bytes ---------------------------->|
 *
 *   format 0 (JSON):     {"code":..,"extFields":{..},"flag":..,"language":"JAVA","opaque":..,
 *                         "remark":..,"serializeTypeCurrentRPC":"JSON","version":..}
 *   format 1 (ROCKETMQ): code int16 | language int8 | version int16 | opaque int32 | flag int32
 *                        | remark int32+bytes | fields int32 bytes of (key int16+bytes, value int32+bytes)*
 *
 *   flag: bit 0 = answer, bit 1 = one-way (no answer wanted)
 * </pre>
 *
 * <p><b>Limits on everything.</b> {@link org.ordeal.remoting.Limits} bounds the length of a frame
 * and of its header, the connections, the bytes of half-received large frames in all connections
 * together, the time that a frame may take to arrive, and the bytes that wait for a peer which does
 * not read: such a peer's requests are not read either ({@link org.ordeal.remoting.Backpressure}),
 * and in the end its connection is closed. A frame that breaks a rule closes its connection and no
 * other.
 *
 * <p>TLS and the PROXY protocol, which Apache RocketMQ detects by the first bytes, are not spoken:
 * such a connection is closed as one that sends an impossible length.
 */
@NullMarked
package org.ordeal.remoting;

import org.jspecify.annotations.NullMarked;
