package io.tharsis.golden;

import io.tharsis.Session;

class ReferenceGoldenTest extends GoldenContract {
    @Override
    Session open() {
        return Engines.reference();
    }
}
