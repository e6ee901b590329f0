package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The small parts of the seal. */
class SealTest {
    @ParameterizedTest
    @CsvSource({
        "1500, false, 1440",
        "1500, true, 1408",
        "1280, true, 1184",
        "576, false, 512",
        "9000, false, 8928",
        "65536, false, 65472",
        "65536, true, 65440"
    })
    void shouldFitTheLink(int linkMtu, boolean ipv6, int mtu) {
        assertEquals(mtu, Seal.mtuFor(linkMtu, ipv6));
    }

    @Test
    void shouldRefuseWhatIsNoLink() {
        assertThrows(IllegalArgumentException.class, () -> Seal.mtuFor(575, false));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1", "255.255.255.255, 65535", "::1, 40000", "2001:db8::17, 2"})
    void shouldReadBackAddresses(String host, int port) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[30]);
        buffer.setMemory(0, 30, (byte) 0x55);
        AddressCode.write(buffer, 3, address);
        assertEquals(address, AddressCode.read(buffer.byteArray(), 3));
        assertEquals(0x55, buffer.getByte(2));
        assertEquals(0x55, buffer.getByte(3 + HandshakeDescriptor.ADDRESS));
    }

    @Test
    void shouldGiveSoManyTokensInASecondAndABurst() {
        CachedNanoClock clock = new CachedNanoClock();
        clock.update(Long.MAX_VALUE - 500_000_000L); // and over the edge
        TokenBucket bucket = new TokenBucket(clock, 10, 3);
        assertEquals(3, takeAll(bucket));
        clock.advance(99_000_000);
        assertEquals(0, takeAll(bucket));
        clock.advance(1_000_000);
        assertEquals(1, takeAll(bucket));
        clock.advance(60_000_000_000L);
        assertEquals(3, takeAll(bucket));
    }

    private static int takeAll(TokenBucket bucket) {
        int taken = 0;
        while (bucket.tryTake()) {
            taken++;
        }
        return taken;
    }
}
