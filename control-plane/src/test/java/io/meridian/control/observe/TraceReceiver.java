package io.meridian.control.observe;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes OTLP over HTTP as a collector does, and reads of each span what the tests ask for. Field numbers are those of opentelemetry-proto 1. */
final class TraceReceiver implements AutoCloseable {
    record Span(String trace, String id, String parent, String name, Map<String, String> attributes) {}

    private final HttpServer server;

    /** The tests are loaded by another loader than what starts before the node; a class of the JDK is the same in both. */
    private static final String BODIES = "meridian.test.traces";

    private TraceReceiver(HttpServer server) {
        this.server = server;
    }

    static TraceReceiver start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        System.getProperties().put(BODIES, bodies);
        server.createContext("/v1/traces", exchange -> {
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream in = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                bodies.add(in.readAllBytes());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return new TraceReceiver(server);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Whether whoever sent the spans says of itself that it is {@code value}. */
    static boolean from(String attribute, String value) throws InvalidProtocolBufferException {
        for (byte[] body : bodies()) {
            for (UnknownFieldSet resource : messages(UnknownFieldSet.parseFrom(body), 1)) {
                for (UnknownFieldSet itself : messages(resource, 1)) {
                    for (UnknownFieldSet each : messages(itself, 1)) {
                        for (UnknownFieldSet said : messages(each, 2)) {
                            if (text(each, 1).equals(attribute) && text(said, 1).equals(value)) {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked")
    private static List<byte[]> bodies() {
        return (List<byte[]>) Objects.requireNonNull(System.getProperties().get(BODIES));
    }

    static List<Span> received() throws InvalidProtocolBufferException {
        var spans = new java.util.ArrayList<Span>();
        for (byte[] body : bodies()) {
            for (UnknownFieldSet resource : messages(UnknownFieldSet.parseFrom(body), 1)) {
                for (UnknownFieldSet scope : messages(resource, 2)) {
                    for (UnknownFieldSet span : messages(scope, 2)) {
                        spans.add(span(span));
                    }
                }
            }
        }
        return spans;
    }

    private static Span span(UnknownFieldSet span) throws InvalidProtocolBufferException {
        var attributes = new TreeMap<String, String>();
        for (UnknownFieldSet attribute : messages(span, 9)) {
            for (UnknownFieldSet value : messages(attribute, 2)) {
                attributes.put(text(attribute, 1), text(value, 1));
            }
        }
        return new Span(hex(span, 1), hex(span, 2), hex(span, 4), text(span, 5), attributes);
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet in, int number)
            throws InvalidProtocolBufferException {
        var found = new java.util.ArrayList<UnknownFieldSet>();
        for (ByteString bytes : in.getField(number).getLengthDelimitedList()) {
            found.add(UnknownFieldSet.parseFrom(bytes));
        }
        return found;
    }

    private static String hex(UnknownFieldSet in, int number) {
        return HexFormat.of().formatHex(first(in, number).toByteArray());
    }

    private static String text(UnknownFieldSet in, int number) {
        return first(in, number).toString(StandardCharsets.UTF_8);
    }

    private static ByteString first(UnknownFieldSet in, int number) {
        List<ByteString> all = in.getField(number).getLengthDelimitedList();
        return all.isEmpty() ? ByteString.EMPTY : all.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
