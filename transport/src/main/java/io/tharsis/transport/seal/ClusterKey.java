package io.tharsis.transport.seal;

import com.sun.security.auth.module.UnixSystem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secret that the processes of a cluster share. Who has it may speak; nobody else is heard.
 *
 * <p>Its file is one line of hexadecimal digits, 64 (32 bytes) to 1,024 of them, as {@code openssl
 * rand -hex 32} prints; blanks around it do not count. The file must be ours or root's, and nobody
 * else may read or write it: mode 0600 or less. All keys in use are derived from it by
 * HKDF-SHA-256.
 *
 * <p>Immutable; never shows the key.
 */
public final class ClusterKey {
    /** The least length of a key, in bytes. */
    public static final int MIN_LENGTH = 32;

    private static final int MAX_FILE = 4096;
    private static final int MAX_DIGITS = 1024;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private final byte[] material;
    private final String fingerprint;

    private ClusterKey(byte[] material) {
        this.material = material;
        this.fingerprint = HexFormat.of().formatHex(derive("fingerprint", new byte[0], 4));
    }

    /**
     * Reads a key file.
     *
     * @throws KeyFileException if it is missing, unreadable, of another owner, open to others, or
     *     holds no key; the message names the path and what mends it
     */
    public static ClusterKey read(Path path) {
        checkSafe(path);
        String text;
        try {
            if (Files.size(path) > MAX_FILE) {
                throw new KeyFileException(path, "is too long to be one line of digits", null);
            }
            text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw new KeyFileException(path, "cannot be read: " + e, e);
        }
        return new ClusterKey(decode(path, text));
    }

    /**
     * Makes a new key and its file, mode 0600; the file appears whole or not at all.
     *
     * @throws KeyFileException if there is a file already, which stays as it is, or if it cannot be
     *     written
     */
    public static ClusterKey generate(Path path) {
        byte[] material = new byte[MIN_LENGTH];
        new SecureRandom().nextBytes(material);
        Path absolute = path.toAbsolutePath();
        try {
            var ownerOnly =
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"));
            Path draft = Files.createTempFile(absolute.getParent(), ".key", ".tmp", ownerOnly);
            try {
                Files.writeString(
                        draft,
                        HexFormat.of().formatHex(material) + "\n",
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SYNC);
                // A link, unlike a move, fails if somebody was there first.
                Files.createLink(absolute, draft);
            } finally {
                Files.delete(draft);
            }
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException(path, "exists; delete it first if it is to be new", e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new KeyFileException(path, "cannot be written: " + e, e);
        }
        return new ClusterKey(material);
    }

    /** A key from bytes, for tests. */
    static ClusterKey of(byte[] material) {
        return new ClusterKey(material.clone());
    }

    /**
     * Derives bytes for one purpose.
     *
     * @param purpose told apart from every other
     */
    byte[] derive(String purpose, byte[] salt, int length, byte[]... context) {
        try {
            var parameters =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(material)
                            .addSalt(salt)
                            .thenExpand(info(purpose, context), length);
            return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }

    /** Eight digits that tell keys apart for people and give nothing of the key away. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return "ClusterKey[" + fingerprint + "]";
    }

    private static byte[] info(String purpose, byte[]... context) {
        byte[] label = ("tharsis seal 1 " + purpose).getBytes(StandardCharsets.US_ASCII);
        int length = label.length + 1;
        for (byte[] part : context) {
            length += part.length;
        }
        byte[] info = new byte[length];
        System.arraycopy(label, 0, info, 0, label.length);
        int offset = label.length + 1;
        for (byte[] part : context) {
            System.arraycopy(part, 0, info, offset, part.length);
            offset += part.length;
        }
        return info;
    }

    private static byte[] decode(Path path, String text) {
        int digits = text.length();
        if (digits < 2 * MIN_LENGTH) {
            throw new KeyFileException(
                    path,
                    "is too short: "
                            + digits
                            + " characters, where a key is at least "
                            + 2 * MIN_LENGTH
                            + " hexadecimal digits (openssl rand -hex 32 makes one)",
                    null);
        }
        if (digits > MAX_DIGITS || digits % 2 != 0) {
            throw new KeyFileException(
                    path,
                    "holds "
                            + digits
                            + " characters, where a key is an even number of digits, at most "
                            + MAX_DIGITS,
                    null);
        }
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException _) {
            // Without its cause, which would show characters of the key.
            throw new KeyFileException(path, "holds what is no hexadecimal digit", null);
        }
    }

    private static void checkSafe(Path path) {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(path, "unix:uid,mode,permissions");
        } catch (NoSuchFileException e) {
            throw new KeyFileException(
                    path,
                    "does not exist; make one on one machine and copy it to all: umask 077;"
                            + " openssl rand -hex 32 > "
                            + path,
                    e);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new KeyFileException(
                    path, "is on a file system that does not tell who may read it", e);
        } catch (IOException e) {
            throw new KeyFileException(path, "cannot be read: " + e, e);
        }
        if (!Files.isRegularFile(path)) {
            throw new KeyFileException(path, "is no regular file", null);
        }
        int mode = (Integer) attributes.get("mode") & 07777;
        @SuppressWarnings("unchecked") // what "unix:permissions" is documented to be
        var permissions = (Set<PosixFilePermission>) attributes.get("permissions");
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new KeyFileException(
                    path,
                    String.format(
                            "may be read or written by others, its mode is %04o: chmod 600 %s",
                            mode, path),
                    null);
        }
        int owner = (Integer) attributes.get("uid");
        long us = new UnixSystem().getUid();
        if (owner != us && owner != 0) {
            throw new KeyFileException(
                    path,
                    "belongs to user "
                            + owner
                            + ", where it must be ours ("
                            + us
                            + ") or root's: chown "
                            + us
                            + " "
                            + path,
                    null);
        }
    }
}
