package io.meridian.router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** HTTP/1.1 by hand: what no client library would send. */
final class RawHttp {
    private RawHttp() {}

    /** @param text everything of the answer, ISO-8859-1; empty: the connection was closed without one */
    record Answer(String text) {
        int status() {
            return text.isEmpty() ? 0 : Integer.parseInt(text.substring(9, 12));
        }

        Optional<String> header(String name) {
            return text.lines()
                    .takeWhile(line -> !line.isEmpty())
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst();
        }

        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }
    }

    /** @param request ISO-8859-1, so that every byte can be said; should ask for the connection to be closed */
    static Answer send(int port, String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) Await.within(5).toMillis());
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException _) {
                // Refused before its end was sent; the answer is there all the same.
            }
            var answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[8_192];
            try {
                int count;
                while (!whole(answer) && (count = socket.getInputStream().read(buffer)) > 0) {
                    answer.write(buffer, 0, count);
                }
            } catch (IOException closed) {
                if (answer.size() == 0) {
                    return new Answer("");
                }
            }
            return new Answer(answer.toString(StandardCharsets.ISO_8859_1));
        }
    }

    /** Envoy keeps a connection that it refused open for a second, in case the client still sends. */
    private static boolean whole(ByteArrayOutputStream soFar) {
        var answer = new Answer(soFar.toString(StandardCharsets.ISO_8859_1));
        return answer.text().contains("\r\n\r\n")
                && answer.header("content-length")
                        .filter(length -> answer.body().length() >= Integer.parseInt(length))
                        .isPresent();
    }
}
