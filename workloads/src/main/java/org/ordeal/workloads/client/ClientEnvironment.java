package org.ordeal.workloads.client;

import org.ordeal.workloads.recorder.Recorder;

/**
 * What a program may use.
 *
 * @param config the client node's own configuration
 * @param recorder where operations are recorded
 */
public record ClientEnvironment(ClientConfig config, Recorder recorder) {}
