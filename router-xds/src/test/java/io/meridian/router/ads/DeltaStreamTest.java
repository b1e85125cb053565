package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.RDS;
import static io.meridian.router.ads.Resources.accept;
import static io.meridian.router.ads.Resources.at;
import static io.meridian.router.ads.Resources.content;
import static io.meridian.router.ads.Resources.refuse;
import static io.meridian.router.ads.Resources.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The delta protocol as an Envoy sees it: what it is sent, when, and what is written down. */
class DeltaStreamTest {
    private static final EnvoyResources FIRST =
            at(7, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1", "meridian-gateway=1"));

    private final DeltaStream stream = new DeltaStream();
    private EnvoyResources newest = FIRST;
    private long nowNanos = 1_000_000_000_000L;

    @Test
    void clustersComeFirstAndRoutesOnceTheyAreAccepted() {
        subscribe();

        DeltaDiscoveryResponse clusters = onlyDue();
        assertThat(content(clusters)).containsExactly("+gw-b", "+zone-a");
        take(accept(clusters));
        DeltaDiscoveryResponse routes = onlyDue();

        assertThat(content(routes)).containsExactly("+meridian-edge", "+meridian-gateway");
        assertThat(revision()).isZero();
        take(accept(routes));
        assertThat(revision()).isEqualTo(7);
    }

    @Test
    void nothingIsSentBeforeThereIsAState() {
        newest = EnvoyResources.NOT_YET;

        subscribe();

        assertThat(due()).isEmpty();
        assertThat(revision()).isZero();
    }

    @Test
    void whatDidNotChangeIsNotSentAndTheNewRevisionCountsAsAccepted() {
        inStep();

        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        DeltaDiscoveryResponse routes = onlyDue();
        assertThat(content(routes)).containsExactly("+meridian-edge");
        assertThat(revision()).isEqualTo(7);
        take(accept(routes));
        assertThat(revision()).isEqualTo(8);

        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        assertThat(due()).isEmpty();
        assertThat(revision()).isEqualTo(9);
    }

    @Test
    void aClientThatComesBackWithEverythingIsSentNothing() {
        var clusters = request(CDS);
        FIRST.of(ResourceType.CLUSTER)
                .forEach((name, resource) -> clusters.putInitialResourceVersions(name, resource.version()));
        var routes =
                request(RDS).addResourceNamesSubscribe("meridian-edge").addResourceNamesSubscribe("meridian-gateway");
        FIRST.of(ResourceType.ROUTE)
                .forEach((name, resource) -> routes.putInitialResourceVersions(name, resource.version()));

        take(clusters.build());
        take(routes.build());

        assertThat(due()).isEmpty();
        assertThat(revision()).isEqualTo(7);
    }

    @Test
    void aClientThatComesBackWithAnOldVersionIsSentThatResourceAndToldWhatIsGone() {
        take(request(CDS)
                .putInitialResourceVersions("zone-a", "old")
                .putInitialResourceVersions("gw-b", Resources.cluster("gw-b=1").version())
                .putInitialResourceVersions("zone-gone", "old")
                .build());

        assertThat(content(onlyDue())).containsExactly("+zone-a", "-zone-gone");
    }

    @Test
    void aNamedResourceThatDoesNotExistIsReportedOnceAndSentWhenItAppears() {
        take(request(RDS).addResourceNamesSubscribe("no-such").build());

        DeltaDiscoveryResponse missing = onlyDue();
        assertThat(content(missing)).containsExactly("-no-such");
        take(accept(missing));
        assertThat(due()).isEmpty();

        newest = at(8, List.of(), List.of("no-such=1"));
        assertThat(content(onlyDue())).containsExactly("+no-such");
    }

    @Test
    void aFirstWildcardRequestIsAnsweredEvenWhenThereIsNothing() {
        newest = at(8, List.of(), List.of());

        take(request(CDS).build());

        assertThat(content(onlyDue())).isEmpty();
    }

    @Test
    void removedClusterLeavesAfterTheRoutesThatNamedIt() {
        inStep();

        newest = at(8, List.of("gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=2"));
        DeltaDiscoveryResponse routes = onlyDue();
        assertThat(content(routes)).containsExactly("+meridian-edge", "+meridian-gateway");
        take(accept(routes));

        assertThat(content(onlyDue())).containsExactly("-zone-a");
    }

    @Test
    void addedClusterIsAcceptedBeforeTheRoutesThatNameItAreSent() {
        inStep();

        newest = at(8, List.of("zone-a=1", "zone-c=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=2"));
        DeltaDiscoveryResponse clusters = onlyDue();
        assertThat(content(clusters)).containsExactly("+zone-c");
        take(accept(clusters));

        assertThat(content(onlyDue())).containsExactly("+meridian-edge", "+meridian-gateway");
    }

    @Test
    void whileOneResponseIsOnItsWayOnlyTheNewestStateWaits() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        DeltaDiscoveryResponse second = onlyDue();

        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=3", "meridian-gateway=1"));
        assertThat(due()).isEmpty();
        newest = at(10, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=4", "meridian-gateway=1"));
        take(accept(second));

        assertThat(revision()).isEqualTo(8);
        DeltaDiscoveryResponse fourth = onlyDue();
        assertThat(fourth.getResources(0))
                .isEqualTo(Resources.route("meridian-edge=4").wire());
        take(accept(fourth));
        assertThat(revision()).isEqualTo(10);
    }

    @Test
    void refusedResourceIsSentOnceMoreAndThenNoMoreUntilItChanges() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=bad", "meridian-gateway=1"));

        take(refuse(onlyDue(), "no such field"));
        assertThat(stream.ack(newest).nack()).isEqualTo("meridian-edge: no such field");
        assertThat(due()).isEmpty();
        later();
        take(refuse(onlyDue(), "no such field"));
        later();
        assertThat(due()).isEmpty();

        assertThat(stream.ack(newest)).isEqualTo(new EnvoyAck("east-edge-1", 7, "meridian-edge: no such field"));
        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=good", "meridian-gateway=1"));
        take(accept(onlyDue()));
        assertThat(stream.ack(newest)).isEqualTo(new EnvoyAck("east-edge-1", 9, ""));
    }

    @Test
    void aRefusedClusterDoesNotHoldTheRoutesBackForEver() {
        subscribe();

        take(refuse(onlyDue(), "bad"));
        assertThat(due()).isEmpty();
        later();
        take(accept(onlyDue())); // gw-b, alone
        take(refuse(onlyDue(), "bad")); // zone-a, alone

        assertThat(content(onlyDue())).containsExactly("+meridian-edge", "+meridian-gateway");
        assertThat(stream.ack(newest).nack()).isEqualTo("zone-a: bad");
    }

    @Test
    void aClusterIsNotTakenAwayWhileTheRoutesThatNameItAreTheLastGoodOnes() {
        inStep();
        newest = at(8, List.of("gw-b=1"), List.of("meridian-edge=bad", "meridian-gateway=1"));

        take(refuse(onlyDue(), "bad"));
        later();
        take(refuse(onlyDue(), "bad"));

        assertThat(due()).isEmpty();
    }

    @Test
    void replyToAnOlderResponseChangesNothing() {
        subscribe();
        DeltaDiscoveryResponse clusters = onlyDue();

        take(request(CDS).setResponseNonce("4711").build());

        assertThat(due()).isEmpty();
        take(accept(clusters));
        assertThat(content(onlyDue())).containsExactly("+meridian-edge", "+meridian-gateway");
    }

    @Test
    void unsubscribedResourceIsNotSentAnyMoreAndSubscribingAgainSendsIt() {
        inStep();
        take(request(RDS).addResourceNamesUnsubscribe("meridian-gateway").build());

        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=1", "meridian-gateway=2"));
        assertThat(due()).isEmpty();
        take(request(RDS).addResourceNamesSubscribe("meridian-gateway").build());

        assertThat(content(onlyDue())).containsExactly("+meridian-gateway");
    }

    @Test
    void wildcardMayBeAskedForByName() {
        take(request(CDS).addResourceNamesSubscribe("*").build());

        assertThat(content(onlyDue())).containsExactly("+gw-b", "+zone-a");
    }

    @Test
    void nodeWithoutANameAndTypesThatAreNotServedAreRefusedWithAReason() {
        assertThat(new DeltaStream()
                        .take(DeltaDiscoveryRequest.newBuilder().setTypeUrl(CDS).build(), newest, nowNanos))
                .isInstanceOfSatisfying(
                        DeltaStream.Taken.Refused.class,
                        refused -> assertThat(refused.why()).contains("node.id"));
        assertThat(stream.take(
                        request("type.googleapis.com/envoy.config.listener.v3.Listener")
                                .build(),
                        newest,
                        nowNanos))
                .isInstanceOfSatisfying(
                        DeltaStream.Taken.Refused.class,
                        refused -> assertThat(refused.why()).contains("Listener", CDS, RDS));
    }

    private void subscribe() {
        take(request(CDS).build());
        take(request(RDS)
                .addResourceNamesSubscribe("meridian-edge")
                .addResourceNamesSubscribe("meridian-gateway")
                .build());
    }

    private void inStep() {
        subscribe();
        take(accept(onlyDue()));
        take(accept(onlyDue()));
        assertThat(due()).isEmpty();
    }

    private void take(DeltaDiscoveryRequest request) {
        assertThat(stream.take(request, newest, nowNanos)).isInstanceOf(DeltaStream.Taken.Understood.class);
    }

    private DeltaDiscoveryResponse onlyDue() {
        List<DeltaDiscoveryResponse> due = due();
        assertThat(due).hasSize(1);
        return due.getFirst();
    }

    private List<DeltaDiscoveryResponse> due() {
        var due = new ArrayList<DeltaDiscoveryResponse>();
        Optional<DeltaDiscoveryResponse> next;
        while ((next = stream.due(newest, nowNanos)).isPresent()) {
            due.add(next.get());
        }
        return due;
    }

    private long revision() {
        return stream.ack(newest).acceptedRevision();
    }

    private void later() {
        nowNanos += DeltaSubscription.RESEND_AFTER.toNanos();
    }
}
