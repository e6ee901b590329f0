/**
 * The replicated log between processes: Aeron Cluster does the consensus, the log and its replay;
 * this package embeds it, bounds its disk and memory, brings it back after a crash, and gives it
 * the face of {@link io.tharsis.transport.log.LogMember} and {@link
 * io.tharsis.transport.log.ReplicatedLog}.
 *
 * <p>A {@link io.tharsis.transport.log.cluster.ClusterMember} is one process's copy; it lives
 * through several {@code ClusterNode}s, each a media driver, an archive, a consensus module and a
 * service container from start to break. {@link io.tharsis.transport.log.cluster.ClusterLog} is a
 * client, in a member's process or in another.
 *
 * <p>To change what a node is made of, see {@code ClusterNode}; what it keeps on disk, {@code
 * LogPurge}; what travels, {@code Frames}.
 */
package io.tharsis.transport.log.cluster;
