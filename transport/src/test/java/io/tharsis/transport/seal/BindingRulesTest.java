package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;

import io.tharsis.transport.seal.BindingRules.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class BindingRulesTest {
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1"})
    void shouldBindLoopbackFreely(String loopback) throws IOException {
        InetAddress address = InetAddress.getByName(loopback);
        assertEquals(Verdict.LOOPBACK, BindingRules.check(address, null, false, false));
        assertEquals(Verdict.LOOPBACK, BindingRules.check(address, null, false, true));
        assertEquals(Verdict.LOOPBACK, BindingRules.check(address, KEY, false, true));
        assertEquals(Verdict.SEALED, BindingRules.check(address, KEY, false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "10.1.2.3", "2001:db8::1"})
    void shouldBindElsewhereOnlyUnderTheSealOrTheFlag(String elsewhere) throws IOException {
        InetAddress address = InetAddress.getByName(elsewhere);
        assertEquals(Verdict.SEALED, BindingRules.check(address, KEY, false, false));
        assertEquals(Verdict.SEALED, BindingRules.check(address, KEY, true, false));
        assertEquals(Verdict.INSECURE, BindingRules.check(address, null, true, false));
        String message = refusal(address, null, false);
        assertTrue(message.contains(address.getHostAddress()), message);
        assertTrue(message.contains("--cluster-key"), message);
        assertTrue(message.contains("--insecure-no-cluster-key"), message);
    }

    @Test
    void shouldRefuseASharedDriverWithAKey() throws IOException {
        InetAddress address = InetAddress.getByName("192.0.2.7");
        assertTrue(refusal(address, KEY, true).contains("shared"));
        refusal(address, null, true);
    }

    @Test
    void shouldMakeAPrivateDirectory() throws IOException {
        Path directory = PrivateDirectory.create(temp.resolve("ipc"));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        PrivateDirectory.create(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx--x--x", "rwxrwxrwx", "rwx---r--", "rwx----w-"})
    void shouldRefuseADirectoryThatOthersMayEnter(String mode) throws IOException {
        Path directory = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        String message = refusal(directory);
        assertTrue(message.contains("chmod 700 " + directory), message);
    }

    @Test
    void shouldRefuseALinkAFileAndWhatIsAnothers() throws IOException {
        Path directory = PrivateDirectory.create(temp.resolve("ipc"));
        refusal(Files.createSymbolicLink(temp.resolve("link"), directory));
        refusal(Files.createFile(temp.resolve("file")));
        Path none = temp.resolve("none");
        assertThrows(UncheckedIOException.class, () -> PrivateDirectory.check(none));
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a directory away");
        Files.setAttribute(directory, "unix:uid", 12_345);
        assertTrue(refusal(directory).contains("12345"));
    }

    private static String refusal(Path directory) {
        return assertThrows(UnsafeBindingException.class, () -> PrivateDirectory.create(directory))
                .getMessage();
    }

    private static String refusal(InetAddress address, ClusterKey key, boolean external) {
        return assertThrows(
                        UnsafeBindingException.class,
                        () -> BindingRules.check(address, key, false, external))
                .getMessage();
    }
}
