package io.tharsis.actors;

/** What an actor in another process threw, as text: its class is not known to travel. */
public final class RemoteFailure extends ActorException {
    private static final long serialVersionUID = 1;

    /**
     * @param text what the failure said of itself there
     */
    RemoteFailure(String text) {
        super(text, null);
    }
}
