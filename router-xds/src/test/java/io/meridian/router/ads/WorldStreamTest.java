package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.RDS;
import static io.meridian.router.ads.Resources.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meridian.router.compile.EnvoyResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The state-of-the-world protocol as a client sees it: what it is sent, when, and what is written down. */
class WorldStreamTest {
    private static final EnvoyResources FIRST =
            at(7, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1", "meridian-gateway=1"));

    private XdsStream<DiscoveryRequest> stream = newStream();
    private EnvoyResources newest = FIRST;
    private long nowNanos = 1_000_000_000_000L;

    @Test
    void clustersComeFirstAllTogetherAndRoutesOnceTheyAreAccepted() {
        subscribe();

        DiscoveryResponse clusters = onlyDue();
        assertThat(content(clusters)).containsExactly("gw-b=1", "zone-a=1");
        accept(clusters);
        DiscoveryResponse routes = onlyDue();

        assertThat(content(routes)).containsExactly("meridian-edge=1", "meridian-gateway=1");
        assertThat(ack().acceptedRevision()).isZero();
        accept(routes, "meridian-edge", "meridian-gateway");
        assertThat(ack()).isEqualTo(new EnvoyAck("east-edge-1", 7, 7, "", 0));
        assertThat(due()).isEmpty();
    }

    @Test
    void oneChangedClusterBringsAllOfThemAndOneChangedRouteOnlyItself() {
        inStep();

        newest = at(8, List.of("zone-a=2", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        DiscoveryResponse clusters = onlyDue();
        assertThat(content(clusters)).containsExactly("gw-b=1", "zone-a=2");
        accept(clusters);

        assertThat(content(onlyDue())).containsExactly("meridian-edge=2");
    }

    @Test
    void aVersionIsThatOfNamesAndContentsWhateverTheWayThere() {
        inStep();
        newest = at(8, List.of("zone-a=2", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        String clusters = version(CDS);
        String routes = version(RDS, "meridian-edge", "meridian-gateway");

        stream = newStream();
        newest = at(3, List.of("gw-b=1", "zone-a=2"), List.of("meridian-gateway=1", "meridian-edge=2"));
        say(CDS, "", "");
        say(RDS, "", "", "meridian-edge", "meridian-gateway");

        assertThat(version(CDS)).isEqualTo(clusters);
        assertThat(version(RDS, "meridian-edge", "meridian-gateway")).isEqualTo(routes);
    }

    @Test
    void aClientThatComesBackWithTheVersionItShouldHaveIsSentNothing() {
        subscribe();
        String clusters = version(CDS);
        String routes = version(RDS, "meridian-edge", "meridian-gateway");

        stream = newStream();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1", "meridian-gateway=1"));
        say(CDS, clusters, "");
        say(RDS, routes, "", "meridian-edge", "meridian-gateway");

        assertThat(due()).isEmpty();
        assertThat(ack().acceptedRevision()).isEqualTo(8);
    }

    @Test
    void aClientThatComesBackWithOtherNamesIsSentThem() {
        subscribe();
        accept(onlyDue());
        String routes = onlyDue().getVersionInfo();

        stream = newStream();
        say(RDS, routes, "", "meridian-edge");

        assertThat(content(onlyDue())).containsExactly("meridian-edge=1");
    }

    @Test
    void aPartThatWasRefusedIsNotInTheVersion() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=bad", "meridian-gateway=1"));
        refuse(onlyDue(), "meridian-edge", "meridian-gateway");
        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=bad", "meridian-gateway=2"));
        DiscoveryResponse other = onlyDue();
        assertThat(content(other)).containsExactly("meridian-gateway=2");

        stream = newStream();
        say(RDS, other.getVersionInfo(), "", "meridian-edge", "meridian-gateway");

        assertThat(content(onlyDue())).contains("meridian-edge=bad");
    }

    @Test
    void staleNoncesAreIgnoredNamesAndAll() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        DiscoveryResponse second = onlyDue();

        say(RDS, "v", "1", "meridian-edge", "meridian-gateway", "other");
        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=3", "meridian-gateway=1", "other=1"));
        assertThat(due()).isEmpty();
        accept(second, "meridian-edge", "meridian-gateway");

        assertThat(content(onlyDue())).containsExactly("meridian-edge=3");
    }

    @Test
    void aRefusedSetIsSentOnceMoreAndThenNoMoreUntilItChanges() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=bad", "meridian-gateway=1"));

        refuse(onlyDue(), "meridian-edge", "meridian-gateway");
        assertThat(ack().nack()).isEqualTo("meridian-edge: no such field");
        assertThat(due()).isEmpty();
        later();
        refuse(onlyDue(), "meridian-edge", "meridian-gateway");
        later();
        assertThat(due()).isEmpty();

        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=good", "meridian-gateway=1"));
        accept(onlyDue(), "meridian-edge", "meridian-gateway");
        assertThat(ack()).isEqualTo(new EnvoyAck("east-edge-1", 9, 9, "", 2));
    }

    @Test
    void aRemovedClusterStaysInTheSetUntilTheRoutesThatNamedItHaveChanged() {
        inStep();

        newest = at(8, List.of("gw-b=1", "zone-c=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        DiscoveryResponse both = onlyDue();
        assertThat(content(both)).containsExactly("gw-b=1", "zone-a=1", "zone-c=1");
        accept(both);
        DiscoveryResponse routes = onlyDue();
        assertThat(content(routes)).containsExactly("meridian-edge=2");
        accept(routes, "meridian-edge", "meridian-gateway");

        DiscoveryResponse without = onlyDue();
        assertThat(content(without)).containsExactly("gw-b=1", "zone-c=1");
        accept(without);
        assertThat(due()).isEmpty();
        assertThat(ack().acceptedRevision()).isEqualTo(8);
    }

    @Test
    void aRouteThatIsGoneIsNotMentionedAndOneThatComesIsSent() {
        inStep();

        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1"));
        assertThat(due()).isEmpty();
        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1", "meridian-gateway=2"));

        assertThat(content(onlyDue())).containsExactly("meridian-gateway=2");
    }

    @Test
    void aNamedClusterThatIsNotThereIsAnsweredByAListWithoutIt() {
        say(CDS, "", "", "no-such", "zone-a");

        DiscoveryResponse answer = onlyDue();
        assertThat(content(answer)).containsExactly("zone-a=1");
        accept(answer, "no-such", "zone-a");
        assertThat(due()).isEmpty();

        newest = at(8, List.of("zone-a=1", "no-such=1"), List.of());
        assertThat(content(onlyDue())).containsExactly("no-such=1", "zone-a=1");
    }

    @Test
    void anEmptyListIsTheWildcardUntilSomethingWasNamed() {
        say(CDS, "", "");
        DiscoveryResponse all = onlyDue();
        say(CDS, all.getVersionInfo(), all.getNonce(), "*", "zone-a");
        DiscoveryResponse named = onlyDue();
        assertThat(content(named)).containsExactly("gw-b=1", "zone-a=1");
        say(CDS, named.getVersionInfo(), named.getNonce(), "zone-a");
        newest = at(8, List.of("zone-a=1", "gw-b=2"), List.of());
        assertThat(due()).isEmpty();
        newest = at(9, List.of("zone-a=2", "gw-b=2"), List.of());
        DiscoveryResponse one = onlyDue();
        assertThat(content(one)).containsExactly("zone-a=2");

        say(CDS, one.getVersionInfo(), one.getNonce());
        newest = at(10, List.of("zone-a=3", "gw-b=3"), List.of());

        assertThat(due()).isEmpty();
    }

    @Test
    void newlyNamedResourcesAreSentAndTheOthersNotAgain() {
        say(RDS, "", "", "meridian-edge");
        DiscoveryResponse first = onlyDue();
        accept(first, "meridian-edge");

        say(RDS, first.getVersionInfo(), first.getNonce(), "meridian-edge", "meridian-gateway");
        DiscoveryResponse second = onlyDue();
        assertThat(content(second)).containsExactly("meridian-gateway=1");
        accept(second, "meridian-edge", "meridian-gateway");

        say(RDS, second.getVersionInfo(), second.getNonce(), "meridian-gateway");
        assertThat(due()).isEmpty();
        say(RDS, second.getVersionInfo(), second.getNonce(), "meridian-edge", "meridian-gateway");
        assertThat(content(onlyDue())).containsExactly("meridian-edge=1");
    }

    @Test
    void anEmptyFirstWildcardIsAnswered() {
        newest = at(8, List.of(), List.of());

        say(CDS, "", "");

        assertThat(content(onlyDue())).isEmpty();
    }

    private static XdsStream<DiscoveryRequest> newStream() {
        return new XdsStream<>(Variant.WORLD, Optional.empty(), Optional.empty());
    }

    private void subscribe() {
        say(CDS, "", "");
        say(RDS, "", "", "meridian-edge", "meridian-gateway");
    }

    private void inStep() {
        subscribe();
        accept(onlyDue());
        accept(onlyDue(), "meridian-edge", "meridian-gateway");
        assertThat(due()).isEmpty();
    }

    /** Accepts what is due of the type. @return its version */
    private String version(String type, String... names) {
        DiscoveryResponse response = onlyDue();
        assertThat(response.getTypeUrl()).isEqualTo(type);
        accept(response, names);
        return response.getVersionInfo();
    }

    private void accept(DiscoveryResponse response, String... names) {
        say(response.getTypeUrl(), response.getVersionInfo(), response.getNonce(), names);
    }

    private void refuse(DiscoveryResponse response, String... names) {
        var request = request(response.getTypeUrl(), "old", response.getNonce(), names);
        request.getErrorDetailBuilder().setCode(3).setMessage("no such field");
        take(request.build());
    }

    private void say(String type, String version, String nonce, String... names) {
        take(request(type, version, nonce, names).build());
    }

    private static DiscoveryRequest.Builder request(String type, String version, String nonce, String... names) {
        var request = DiscoveryRequest.newBuilder()
                .setTypeUrl(type)
                .setVersionInfo(version)
                .setResponseNonce(nonce)
                .addAllResourceNames(List.of(names));
        request.getNodeBuilder().setId("east-edge-1");
        return request;
    }

    private void take(DiscoveryRequest request) {
        assertThat(stream.take(request, newest, nowNanos)).isInstanceOf(XdsStream.Taken.Understood.class);
    }

    private DiscoveryResponse onlyDue() {
        List<DiscoveryResponse> due = due();
        assertThat(due).hasSize(1);
        return due.getFirst();
    }

    private List<DiscoveryResponse> due() {
        var due = new ArrayList<DiscoveryResponse>();
        Optional<Response> next;
        while ((next = stream.due(newest, nowNanos)).isPresent()) {
            due.add(Resources.world(next.get()));
        }
        return due;
    }

    private EnvoyAck ack() {
        return Resources.ack(stream, newest);
    }

    private void later() {
        nowNanos += Subscription.RESEND_AFTER.toNanos();
    }

    /** {@code name=content}. */
    private static List<String> content(DiscoveryResponse response) {
        return response.getResourcesList().stream()
                .map(resource -> content(response.getTypeUrl(), resource))
                .toList();
    }

    private static String content(String type, Any resource) {
        try {
            assertThat(resource.getTypeUrl()).isEqualTo(type);
            if (type.equals(CDS)) {
                Cluster cluster = resource.unpack(Cluster.class);
                return cluster.getName() + "=" + cluster.getAltStatName();
            }
            RouteConfiguration route = resource.unpack(RouteConfiguration.class);
            return route.getName() + "=" + route.getInternalOnlyHeaders(0);
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
