package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.decode;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import javax.tools.ToolProvider;

/** Records of a named module: which of its doors have to be open. */
final class ModuleTest {
    private static final String RECORDS =
            """
            package %s;
            public record Known(int number, java.util.List<Secret> secrets) {
                public static Object sample() {
                    return new Known(7, null);
                }
                record Secret(String text) {}
                public record Plain(int number) {
                    public static Object sample() {
                        return new Plain(7);
                    }
                }
            }
            """;

    @TempDir private Path folder;

    /** A module with those records in packages that it opens, exports, or keeps. */
    private ClassLoader module() throws Exception {
        Path source = folder.resolve("source");
        Path target = folder.resolve("target");
        Files.createDirectory(source);
        Path info =
                Files.writeString(
                        source.resolve("module-info.java"),
                        "module shop { opens shop.open; exports shop.exported; }");
        for (String name : List.of("open", "exported", "kept")) {
            Path home = Files.createDirectories(source.resolve("shop").resolve(name));
            Files.writeString(home.resolve("Known.java"), RECORDS.formatted("shop." + name));
        }
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-d",
                                target.toString(),
                                info.toString(),
                                source.resolve("shop/open/Known.java").toString(),
                                source.resolve("shop/exported/Known.java").toString(),
                                source.resolve("shop/kept/Known.java").toString());
        assertEquals(0, failed);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration()
                        .resolve(ModuleFinder.of(target), ModuleFinder.of(), Set.of("shop"));
        return boot.defineModulesWithOneLoader(configuration, null).findLoader("shop");
    }

    @Test
    void shouldCarryRecordsOfOpenPackagesAndPublicOnesOfExportedPackages() throws Exception {
        ClassLoader loader = module();
        MessageCodecs codecs = new MessageCodecs();
        Class<?> open = loader.loadClass("shop.open.Known");
        assertTrue(open.getModule().isNamed());
        codecs.register(open);
        codecs.register(loader.loadClass("shop.open.Known$Secret"));
        Class<?> exported = loader.loadClass("shop.exported.Known$Plain");
        codecs.register(exported);
        Object value = exported.getMethod("sample").invoke(null);
        assertEquals(value, decode(codecs, encode(codecs, value)));

        for (String name : List.of("shop.exported.Known", "shop.kept.Known")) {
            Class<?> closed = loader.loadClass(name);
            String message =
                    assertThrows(NotTransferableException.class, () -> codecs.register(closed))
                            .getMessage();
            assertTrue(
                    message.endsWith(
                            "its module shop has to say \"opens " + closed.getPackageName() + "\""),
                    message);
            assertFalse(codecs.isRegistered(closed));
        }
    }
}
