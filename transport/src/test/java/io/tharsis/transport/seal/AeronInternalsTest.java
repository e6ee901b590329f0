package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.MediaDriverVersion;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * What the seal takes for granted of Aeron's insides. Whoever moves to another version reads the
 * places that have changed, and only then the lists below.
 */
class AeronInternalsTest {
    private static final Set<String> SENDING = Set.of("send", "write");
    private static final Set<String> RECEIVING = Set.of("receive", "read");

    @Test
    void shouldBeTheVersionThatWasStudied() {
        assertEquals("1.51.0", MediaDriverVersion.VERSION);
    }

    @Test
    void shouldSendOnlyWhereTheSealIsInTheWay() throws Exception {
        assertEquals(
                Set.of(
                        // Through sendDatagramChannel, which the endpoints replace:
                        "SendChannelEndpoint.send",
                        "MultiSndDestination.send",
                        "ReceiveChannelEndpoint.sendTo",
                        // Called by the send methods that the sealed endpoint overrides:
                        "MultiRcvDestination.sendTo",
                        // The gossiping resolver, which is refused:
                        "UdpNameResolutionTransport.sendTo"),
                callers(SENDING, "java/nio/channels/DatagramChannel"));
    }

    @Test
    void shouldReceiveOnlyWhereTheSealIsInTheWay() throws Exception {
        assertEquals(
                Set.of("UdpChannelTransport.receive"),
                callers(RECEIVING, "java/nio/channels/DatagramChannel"));
        assertEquals(
                Set.of(
                        // Overridden by the sealed send endpoint:
                        "ControlTransportPoller.receive",
                        // Followed by isValidFrame, overridden by the sealed receive endpoint:
                        "DataTransportPoller.receive",
                        // The gossiping resolver, which is refused:
                        "UdpNameResolutionTransport.poll"),
                callers(
                        Set.of("receive"),
                        "io/aeron/driver/media/UdpChannelTransport",
                        "io/aeron/driver/media/SendChannelEndpoint",
                        "io/aeron/driver/media/UdpNameResolutionTransport"));
    }

    @Test
    void shouldSendFromSeveralDestinationsOnlyThroughOverriddenMethods() throws Exception {
        assertEquals(
                Set.of("MultiRcvDestination.sendToAll", "ReceiveChannelEndpoint.send"),
                callers(
                        Set.of("sendTo", "sendToAll"),
                        "io/aeron/driver/media/MultiRcvDestination"));
    }

    /** The methods of the driver that call one of these on one of those. */
    private static Set<String> callers(Set<String> names, String... owners) throws Exception {
        Set<String> ownerSet = Set.of(owners);
        Set<String> callers = new TreeSet<>();
        Path jar =
                Path.of(
                        MediaDriver.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                if (entry.getName().startsWith("io/aeron/driver/")
                        && entry.getName().endsWith(".class")
                        && !entry.getName().startsWith("io/aeron/driver/ext/")) {
                    ClassModel type = parse(file.getInputStream(entry));
                    for (MethodModel method : type.methods()) {
                        if (calls(method, names, ownerSet)) {
                            String name = type.thisClass().asInternalName();
                            callers.add(
                                    name.substring(name.lastIndexOf('/') + 1)
                                            + "."
                                            + method.methodName().stringValue());
                        }
                    }
                }
            }
        }
        return callers;
    }

    private static ClassModel parse(InputStream stream) throws IOException {
        try (stream) {
            return ClassFile.of().parse(stream.readAllBytes());
        }
    }

    private static boolean calls(MethodModel method, Set<String> names, Set<String> owners) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(
                        element ->
                                element instanceof InvokeInstruction call
                                        && owners.contains(call.owner().asInternalName())
                                        && names.contains(call.name().stringValue()));
    }
}
