package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;

class ClusterKeyTest {
    private static final String DIGITS =
            "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";

    @TempDir Path temp;

    @Test
    void shouldReadWhatItHasMade() throws IOException {
        Path path = temp.resolve("key");
        ClusterKey made = ClusterKey.generate(path);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        ClusterKey read = ClusterKey.read(path);
        byte[] salt = new byte[3];
        assertArrayEquals(made.derive("x", salt, 64), read.derive("x", salt, 64));
        assertEquals(made.fingerprint(), read.fingerprint());
        assertEquals(1, temp.toFile().list().length, "no draft is left");
    }

    @Test
    void shouldNotReplaceAKey() throws IOException {
        Path path = file(DIGITS, "rw-------");
        KeyFileException e = assertThrows(KeyFileException.class, () -> ClusterKey.generate(path));
        assertTrue(e.getMessage().contains("exists"), e.getMessage());
        assertEquals(DIGITS, Files.readString(path));
        assertEquals(1, temp.toFile().list().length, "no draft is left");
    }

    @Test
    void shouldNeverShowTheKey() throws IOException {
        ClusterKey key = ClusterKey.read(file(DIGITS + "\n", "r--------"));
        assertEquals("ClusterKey[" + key.fingerprint() + "]", key.toString());
        assertEquals(8, key.fingerprint().length());
        assertFalse(DIGITS.toLowerCase(Locale.ROOT).contains(key.fingerprint()));
    }

    @Test
    void shouldDeriveOtherBytesForOtherPurposesSaltsAndContexts() {
        ClusterKey key = ClusterKey.of(new byte[32]);
        byte[] none = new byte[0];
        String one = HexFormat.of().formatHex(key.derive("a", none, 32));
        for (byte[] other :
                new byte[][] {
                    key.derive("b", none, 32),
                    key.derive("a", new byte[] {1}, 32),
                    key.derive("a", none, 32, new byte[] {1}),
                    ClusterKey.of(new byte[33]).derive("a", none, 32)
                }) {
            assertNotEquals(one, HexFormat.of().formatHex(other));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rw-r-----",
                "rw----r--",
                "rw--w----",
                "rw-----w-",
                "rw-rw-rw-",
                "rw---x---"
            })
    void shouldRefuseAFileThatOthersMayUse(String mode) throws IOException {
        Path path = file(DIGITS, mode);
        String message = messageOf(path);
        assertTrue(message.contains("chmod 600 " + path), message);
        int bits = (Integer) Files.getAttribute(path, "unix:mode") & 0777;
        assertTrue(message.contains(String.format("%04o", bits)), message);
    }

    @Test
    void shouldRefuseAFileOfAnotherUser() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a file away");
        Path path = file(DIGITS, "rw-------");
        Files.setAttribute(path, "unix:uid", 12_345);
        String message = messageOf(path);
        assertTrue(message.contains("12345") && message.contains("chown"), message);
    }

    @Test
    void shouldRefuseWhatHoldsNoKey() throws IOException {
        assertTrue(messageOf(temp.resolve("none")).contains("does not exist"));
        assertTrue(messageOf(temp).contains("regular"), messageOf(temp));
        assertTrue(messageOf(file("", "rw-------")).contains("too short"));
        assertTrue(messageOf(file(DIGITS.substring(2), "rw-------")).contains("too short"));
        assertTrue(messageOf(file(DIGITS + "0", "rw-------")).contains("even"));
        assertTrue(messageOf(file("0".repeat(5_000), "rw-------")).contains("too long"));
        String secret = DIGITS.substring(1) + "z";
        String message = messageOf(file(secret, "rw-------"));
        assertTrue(message.contains("hexadecimal"), message);
        assertFalse(message.contains("z\""), message);
    }

    private static String messageOf(Path path) {
        KeyFileException e = assertThrows(KeyFileException.class, () -> ClusterKey.read(path));
        assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
        assertEquals(path, e.path());
        return e.getMessage();
    }

    private Path file(String text, String mode) throws IOException {
        Path path = temp.resolve("given");
        Files.deleteIfExists(path);
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return path;
    }
}
