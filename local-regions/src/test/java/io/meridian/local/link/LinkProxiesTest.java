package io.meridian.local.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.FreeBase;
import io.meridian.local.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkProxiesTest {
    private final Ports ports = FreeBase.of(2);
    private EchoServer feedOfEast;
    private LinkProxies proxies;

    @BeforeEach
    void openLinks() throws IOException {
        feedOfEast = new EchoServer(ports.of(0, Ports.Part.CONTROL_FEED));
        proxies = LinkProxies.open(ports, List.of("east", "west"));
    }

    @AfterEach
    void closeLinks() throws IOException {
        proxies.close();
        feedOfEast.close();
    }

    @Test
    void aLinkPassesBytesBothWays() throws IOException {
        try (var socket = connect()) {
            assertThat(echo(socket, 7)).isEqualTo(7);
        }
    }

    @Test
    void aLinkThatIsDownResetsWhatWasOpenAndRefusesWhatIsNew() throws IOException {
        try (var socket = connect()) {
            echo(socket, 7);

            proxies.set("west", "east", LinkState.DOWN);

            assertThatThrownBy(() -> echo(socket, 8)).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        proxies.set("west", "east", LinkState.UP);
        try (var socket = connect()) {
            assertThat(echo(socket, 9)).isEqualTo(9);
        }
    }

    @Test
    void aStalledLinkPassesNothingAndLosesNothing() throws IOException {
        try (var socket = connect()) {
            echo(socket, 7);

            proxies.set("west", "east", LinkState.STALLED);

            socket.setSoTimeout(300);
            assertThatThrownBy(() -> echo(socket, 8)).isInstanceOf(SocketTimeoutException.class);
            proxies.set("west", "east", LinkState.UP);
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void aConnectionThatOpensWhileTheLinkIsStalledIsServedAfterwards() throws IOException {
        proxies.set("west", "east", LinkState.STALLED);
        try (var socket = connect()) {
            socket.getOutputStream().write(5);

            proxies.set("west", "east", LinkState.UP);

            assertThat(socket.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void aDelayLengthensTheWay() throws IOException {
        proxies.set("west", "east", new LinkState(LinkState.Passage.UP, Duration.ofMillis(100)));
        try (var socket = connect()) {
            long began = System.nanoTime();

            echo(socket, 7);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void oneKindOfTrafficCanBeCutAlone() throws IOException {
        proxies.set("west", "east", LinkState.DOWN, Set.of(Ports.Carried.KAFKA));

        try (var socket = connect()) {
            assertThat(echo(socket, 7)).isEqualTo(7);
        }
    }

    @Test
    void theOtherDirectionIsAnotherLink() throws IOException {
        proxies.set("east", "west", LinkState.DOWN);

        try (var socket = connect()) {
            assertThat(echo(socket, 7)).isEqualTo(7);
        }
    }

    @Test
    void theControlPortChangesALinkAndRefusesWhatItDoesNotKnow() throws Exception {
        try (var control = LinkControl.open(proxies, ports.linkControl());
                var client = HttpClient.newHttpClient()) {
            assertThat(put(client, "west/east", "{\"state\":\"DOWN\"}").statusCode())
                    .isEqualTo(200);
            assertThat(put(client, "west/south", "{\"state\":\"DOWN\"}").body())
                    .contains("no link from 'west' to 'south'");
            assertThat(put(client, "west/east", "{\"state\":\"BROKEN\"}").body())
                    .contains("UP, DOWN or STALLED");
            assertThat(put(client, "west/east", "{").statusCode()).isEqualTo(400);
        }

        assertThat(proxies.links())
                .filteredOn(link -> link.from().equals("west"))
                .singleElement()
                .extracting(seen -> seen.states().get(Ports.Carried.FEEDS))
                .isEqualTo(LinkState.DOWN);
    }

    private HttpResponse<String> put(HttpClient client, String link, String body) throws Exception {
        var address = URI.create("http://127.0.0.1:" + ports.linkControl() + "/links/" + link);
        return client.send(
                HttpRequest.newBuilder(address)
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), ports.link(1, 0, Ports.Carried.FEEDS));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int echo(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        int answer = socket.getInputStream().read();
        if (answer < 0) {
            throw new SocketException("closed");
        }
        return answer;
    }
}
