package io.tharsis.engine.memory;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory this process may use: the least of the machine's memory and the limits of every
 * control group (version 1 or 2) it stands in. The parsing functions are pure; only {@link
 * #limit(Path)} and {@link #defaultCapacity()} look at the system.
 */
public final class MemoryLimits {
    /** Version 1 writes "no limit" as the largest multiple of a page; nothing real is near it. */
    private static final long UNLIMITED = 1L << 60;

    private MemoryLimits() {}

    /**
     * The default capacity of a session's budget, in bytes: see {@link #defaultCapacity(long,
     * long)}.
     */
    public static long defaultCapacity() {
        return defaultCapacity(limit(Path.of("/")), Runtime.getRuntime().maxMemory());
    }

    /**
     * Four fifths of what the Java heap leaves free when it is full, but not less than a quarter of
     * the limit (a heap allowed to grow to the whole machine seldom does).
     *
     * @param limitBytes what the process may use in all
     * @param maxHeapBytes how far the Java heap may grow
     */
    public static long defaultCapacity(long limitBytes, long maxHeapBytes) {
        long besideHeap = Math.max(0, limitBytes - maxHeapBytes);
        return Math.max(besideHeap / 5 * 4, limitBytes / 4);
    }

    /**
     * The bytes this process may use, heap included, read below {@code root} ({@code /} but for
     * tests): {@code proc/meminfo}, {@code proc/self/cgroup} and the limit files in {@code
     * sys/fs/cgroup}. Where none of them can be read, the JVM's own idea.
     */
    public static long limit(Path root) {
        long limit =
                parseMemTotal(readOrEmpty(root.resolve("proc/meminfo"))).orElse(Long.MAX_VALUE);
        for (Path file :
                limitFiles(
                        readOrEmpty(root.resolve("proc/self/cgroup")),
                        root.resolve("sys/fs/cgroup"))) {
            limit = Math.min(limit, parseCgroupLimit(readOrEmpty(file)).orElse(Long.MAX_VALUE));
        }
        return limit == Long.MAX_VALUE ? jvmLimit() : limit;
    }

    /**
     * The bytes in a {@code memory.max} or {@code memory.limit_in_bytes} file; empty for no limit
     * or no number.
     */
    static OptionalLong parseCgroupLimit(String text) {
        try {
            long bytes = Long.parseLong(text.strip());
            return bytes > 0 && bytes < UNLIMITED ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    /** The bytes in the {@code MemTotal} line of {@code /proc/meminfo}. */
    static OptionalLong parseMemTotal(String meminfo) {
        for (String line : meminfo.split("\n")) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 3
                    && words[0].equals("MemTotal:")
                    && words[1].matches("\\d{1,15}")
                    && words[2].equals("kB")) {
                return OptionalLong.of(Long.parseLong(words[1]) * 1024);
            }
        }
        return OptionalLong.empty();
    }

    /**
     * The files that may hold a limit for this process: for each group in {@code /proc/self/cgroup}
     * that governs memory, the group's own and those of all groups above it. A container often sees
     * its group as the root of the tree, whatever the file says.
     */
    static List<Path> limitFiles(String procSelfCgroup, Path cgroupRoot) {
        List<Path> files = new ArrayList<>();
        for (String line : procSelfCgroup.split("\n")) {
            String[] fields = line.strip().split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            if (fields[0].equals("0") && fields[1].isEmpty()) {
                addUpwards(files, cgroupRoot, fields[2], "memory.max");
            } else if (List.of(fields[1].split(",")).contains("memory")) {
                addUpwards(files, cgroupRoot.resolve("memory"), fields[2], "memory.limit_in_bytes");
            }
        }
        return files;
    }

    private static void addUpwards(List<Path> files, Path top, String group, String fileName) {
        Path folder = top.resolve(group.replaceFirst("^/+", "")).normalize();
        while (folder.startsWith(top) && !folder.equals(top)) {
            files.add(folder.resolve(fileName));
            folder = folder.getParent();
        }
        files.add(top.resolve(fileName));
    }

    private static String readOrEmpty(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException absent) {
            return "";
        }
    }

    private static long jvmLimit() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
