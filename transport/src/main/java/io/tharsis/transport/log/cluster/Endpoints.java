package io.tharsis.transport.log.cluster;

import io.tharsis.transport.Address;

import java.util.List;

/** The members' addresses as Aeron Cluster writes them. */
final class Endpoints {
    /** Which of a member's ports is whose. */
    static final int INGRESS = 0;

    static final int CONSENSUS = 1;
    static final int LOG = 2;
    static final int CATCH_UP = 3;
    static final int ARCHIVE = 4;

    private Endpoints() {}

    static String of(Address member, int port) {
        return new Address(member.host(), member.port() + port).toString();
    }

    /** Any free port on the host of {@code member}. */
    static String anyPort(Address member) {
        String text = member.toString();
        return text.substring(0, text.lastIndexOf(':')) + ":0";
    }

    /** {@code id,ingress,consensus,log,catch-up,archive|...}. */
    static String members(List<Address> members) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < members.size(); i++) {
            text.append(i == 0 ? "" : "|").append(i);
            for (int port = INGRESS; port <= ARCHIVE; port++) {
                text.append(',').append(of(members.get(i), port));
            }
        }
        return text.toString();
    }

    /** {@code id=ingress,...}. */
    static String ingress(List<Address> members) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < members.size(); i++) {
            text.append(i == 0 ? "" : ",").append(i).append('=');
            text.append(of(members.get(i), INGRESS));
        }
        return text.toString();
    }
}
