package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.EDS;
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

    private final XdsStream<DeltaDiscoveryRequest> stream =
            new XdsStream<>(Variant.DELTA, Optional.empty(), Optional.empty());
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
        assertThat(ack().nack()).isEqualTo("meridian-edge: no such field");
        assertThat(due()).isEmpty();
        later();
        take(refuse(onlyDue(), "no such field"));
        later();
        assertThat(due()).isEmpty();

        assertThat(ack()).isEqualTo(new EnvoyAck("east-edge-1", 8, 7, "meridian-edge: no such field", 2));
        newest = at(9, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=good", "meridian-gateway=1"));
        take(accept(onlyDue()));
        assertThat(ack()).isEqualTo(new EnvoyAck("east-edge-1", 9, 9, "", 2));
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
        assertThat(ack().nack()).isEqualTo("zone-a: bad");
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
        inStep();
        newest = at(8, List.of("zone-a=2", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=2"));
        DeltaDiscoveryResponse clusters = onlyDue();

        take(request(CDS).setResponseNonce("1").build());

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
    void whoNamesThingsFirstHasNoWildcardEvenWhenNothingIsLeft() {
        take(request(CDS).addResourceNamesSubscribe("zone-a").build());
        take(accept(onlyDue()));
        take(request(CDS).addResourceNamesUnsubscribe("zone-a").build());

        newest = at(8, List.of("zone-a=2", "gw-b=2"), List.of());

        assertThat(due()).isEmpty();
    }

    @Test
    void whoNamesWhatTheWildcardGivesIsAnsweredAndAgainWhenItUnsubscribes() {
        take(request(CDS).build());
        take(accept(onlyDue()));

        take(request(CDS)
                .addResourceNamesSubscribe("zone-a")
                .addResourceNamesSubscribe("on-demand")
                .build());
        DeltaDiscoveryResponse named = onlyDue();
        assertThat(content(named)).containsExactly("+zone-a", "-on-demand");
        take(accept(named));
        take(request(CDS)
                .addResourceNamesUnsubscribe("zone-a")
                .addResourceNamesUnsubscribe("on-demand")
                .build());

        DeltaDiscoveryResponse left = onlyDue();
        assertThat(content(left)).containsExactly("+zone-a", "-on-demand");
        take(accept(left));
        assertThat(due()).isEmpty();
    }

    @Test
    void withoutTheWildcardTheNamesStay() {
        take(request(CDS)
                .addResourceNamesSubscribe("*")
                .addResourceNamesSubscribe("zone-a")
                .build());
        take(accept(onlyDue()));

        take(request(CDS).addResourceNamesUnsubscribe("*").build());
        newest = at(8, List.of("zone-a=2", "gw-b=2"), List.of());

        assertThat(content(onlyDue())).containsExactly("+zone-a");
    }

    @Test
    void aStaleNonceChangesTheSubscriptionAllTheSame() {
        inStep();
        newest = at(8, List.of("zone-a=1", "gw-b=1"), List.of("meridian-edge=2", "meridian-gateway=1"));
        onlyDue();

        take(request(RDS)
                .setResponseNonce("1")
                .addResourceNamesSubscribe("no-such")
                .build());

        assertThat(due()).isEmpty(); // the response to nonce 1 was answered long ago, the one to 2 is on its way
        take(request(RDS).setResponseNonce("2").build());
        assertThat(content(onlyDue())).containsExactly("-no-such");
    }

    @Test
    void aNonceThatWasNeverSentIsRefusedWithAReason() {
        inStep();

        for (String nonce : List.of("99", "x", "-1", "1e3", "99999999999999999999")) {
            assertThat(stream.take(request(RDS).setResponseNonce(nonce).build(), newest, nowNanos))
                    .isInstanceOfSatisfying(
                            XdsStream.Taken.Refused.class,
                            refused -> assertThat(refused.why()).contains("'" + nonce + "'", "never sent"));
        }
    }

    @Test
    void aNodeThatChangesItsNameIsRefusedWithAReason() {
        subscribe();
        var other = request(CDS);
        other.getNodeBuilder().setId("west-edge-1");

        assertThat(stream.take(other.build(), newest, nowNanos))
                .isInstanceOfSatisfying(
                        XdsStream.Taken.Refused.class,
                        refused -> assertThat(refused.why()).contains("east-edge-1", "west-edge-1"));
    }

    @Test
    void aNodeMustBeTheOneThatItsCertificateNames() {
        var certified = new XdsStream<>(Variant.DELTA, Optional.empty(), Optional.of("east-edge-2"));

        assertThat(certified.take(request(CDS).build(), newest, nowNanos))
                .isInstanceOfSatisfying(XdsStream.Taken.Refused.class, refused -> {
                    assertThat(refused.fault()).isEqualTo(XdsStream.Fault.NOT_WHO_IT_SAYS);
                    assertThat(refused.why()).contains("'east-edge-1'", "'east-edge-2'");
                });
    }

    /** A real Envoy acknowledges clusters when they have warmed up, or after 15 s. */
    @Test
    void endpointsOfAChangedClusterAreSentAgainAndDoNotWaitForItsAcceptance() {
        newest = at(7, List.of("zone-a=1", "zone-b=1"), List.of("zone-a=1", "zone-b=1"), List.of());
        take(request(CDS).build());
        take(request(EDS)
                .addResourceNamesSubscribe("zone-a")
                .addResourceNamesSubscribe("zone-b")
                .build());
        due().forEach(response -> take(accept(response)));

        newest = at(8, List.of("zone-a=2", "zone-b=1"), List.of("zone-a=1", "zone-b=1"), List.of());

        List<DeltaDiscoveryResponse> due = due();
        assertThat(due).extracting(DeltaDiscoveryResponse::getTypeUrl).containsExactly(CDS, EDS);
        assertThat(content(due.getLast())).containsExactly("+zone-a");
    }

    @Test
    void nodeWithoutANameAndTypesThatAreNotServedAreRefusedWithAReason() {
        assertThat(new XdsStream<>(Variant.DELTA, Optional.empty(), Optional.empty())
                        .take(DeltaDiscoveryRequest.newBuilder().setTypeUrl(CDS).build(), newest, nowNanos))
                .isInstanceOfSatisfying(
                        XdsStream.Taken.Refused.class,
                        refused -> assertThat(refused.why()).contains("node.id"));
        assertThat(stream.take(
                        request("type.googleapis.com/envoy.config.listener.v3.Lister")
                                .build(),
                        newest,
                        nowNanos))
                .isInstanceOfSatisfying(
                        XdsStream.Taken.Refused.class,
                        refused -> assertThat(refused.why()).contains("Lister", CDS, RDS));
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
        assertThat(stream.take(request, newest, nowNanos)).isInstanceOf(XdsStream.Taken.Understood.class);
    }

    private DeltaDiscoveryResponse onlyDue() {
        List<DeltaDiscoveryResponse> due = due();
        assertThat(due).hasSize(1);
        return due.getFirst();
    }

    private List<DeltaDiscoveryResponse> due() {
        var due = new ArrayList<DeltaDiscoveryResponse>();
        Optional<Response> next;
        while ((next = stream.due(newest, nowNanos)).isPresent()) {
            due.add(Resources.delta(next.get()));
        }
        return due;
    }

    private long revision() {
        return ack().acceptedRevision();
    }

    private EnvoyAck ack() {
        return Resources.ack(stream, newest);
    }

    private void later() {
        nowNanos += Subscription.RESEND_AFTER.toNanos();
    }
}
