package io.tharsis.transport;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * UDP ports for tests that nobody else takes, not even between two lives of a test's socket: they
 * lie outside the range of which the system gives ports to sockets that ask for none, and in a
 * block that this process alone draws from, as it holds the TCP port of the block's first number
 * until it ends.
 *
 * <p>Thread-safe.
 */
public final class TestPorts {
    private static final int FIRST = 10_000;
    private static final int BLOCK = 500;
    private static final int END = 65_000;

    private static ServerSocket claim;
    private static int next = 1;

    private TestPorts() {}

    /** A port that nobody has. */
    public static int free() {
        return free(1);
    }

    /**
     * The first of {@code count} ports in a row that nobody has. All of the block are given once
     * before one is given again.
     */
    public static synchronized int free(int count) {
        if (claim == null) {
            claim = claim();
        }
        for (int tries = 0; tries < BLOCK; tries++) {
            if (next + count > BLOCK) {
                next = 1;
            }
            int first = claim.getLocalPort() + next;
            next += count;
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " ports are free");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (var socket = new DatagramSocket(port)) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (SocketException _) {
                return false;
            }
        }
        return true;
    }

    private static ServerSocket claim() {
        String[] given = given().trim().split("\\s+");
        ServerSocket claim = claim(Integer.parseInt(given[0]), Integer.parseInt(given[1]));
        // Where the system gives all ports there are none beside them.
        claim = claim == null ? claim(END, FIRST) : claim;
        if (claim == null) {
            throw new IllegalStateException("somebody has a port of each block of " + BLOCK);
        }
        return claim;
    }

    /** A block beside the ports {@code low} to {@code high}; null if there is none. */
    private static ServerSocket claim(int low, int high) {
        for (int block = FIRST; block < END; block += BLOCK) {
            if (block + BLOCK <= low || block > high) {
                try {
                    return new ServerSocket(block, 1, InetAddress.getLoopbackAddress());
                } catch (IOException _) {
                    // Another process has it.
                }
            }
        }
        return null;
    }

    /** The least and the largest port of those that the system gives. */
    private static String given() {
        try {
            // Not by readString, which reads a first byte by itself: the kernel gives it no more.
            return Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).getFirst();
        } catch (IOException _) {
            return "49152 65535"; // as other systems have it
        }
    }
}
