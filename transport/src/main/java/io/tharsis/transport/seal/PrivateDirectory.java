package io.tharsis.transport.seal;

import com.sun.security.auth.module.UnixSystem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A directory that is ours and that nobody else may enter: mode 0700. IPC is not sealed; what keeps
 * others out is that the driver's directory lies in such a one. (Not the driver's own: Aeron
 * deletes that and makes it anew, as open as the umask has it.)
 */
public final class PrivateDirectory {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private PrivateDirectory() {}

    /**
     * Makes the directory if it is not there, and checks it.
     *
     * @return {@code directory}
     * @throws UnsafeBindingException as {@link #check} does
     * @throws UncheckedIOException if it cannot be made
     */
    public static Path create(Path directory) {
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            // The process's mask may have taken bits away.
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
        } catch (FileAlreadyExistsException _) {
            // Somebody's, perhaps; the check tells.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        check(directory);
        return directory;
    }

    /**
     * Checks that it is a directory, no link, ours, of mode 0700.
     *
     * @throws UnsafeBindingException if not; the message names path, mode or owner, and what mends
     *     it
     * @throws UncheckedIOException if it cannot be looked at
     */
    public static void check(Path directory) {
        Map<String, Object> attributes;
        try {
            attributes =
                    Files.readAttributes(
                            directory,
                            "unix:uid,mode,isDirectory,permissions",
                            LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + directory, e);
        }
        if (!(Boolean) attributes.get("isDirectory")) {
            throw new UnsafeBindingException(
                    directory + " is no directory; a link does not count as one here");
        }
        long us = new UnixSystem().getUid();
        int owner = (Integer) attributes.get("uid");
        if (owner != us) {
            throw new UnsafeBindingException(
                    "the directory "
                            + directory
                            + " belongs to user "
                            + owner
                            + ", not to us ("
                            + us
                            + "): others may have put it there; remove it or name another one");
        }
        int mode = (Integer) attributes.get("mode") & 07777;
        if (mode != 0700) {
            throw new UnsafeBindingException(
                    String.format(
                            "the directory %s can be entered by others, its mode is %04o (%s):"
                                    + " see who made it, then chmod 700 %s",
                            directory, mode, text(attributes.get("permissions")), directory));
        }
    }

    private static String text(Object permissions) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (Object each : (Set<?>) permissions) {
            set.add((PosixFilePermission) each);
        }
        return PosixFilePermissions.toString(set);
    }
}
