package io.meridian.router;

import io.meridian.router.ads.AckLedger;
import io.meridian.router.ads.EnvoyAck;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/** {@code GET /envoys}: the ledger; with {@code ?revision=R} also where all stand with that revision. */
@ApplicationScoped
class RouterEnvoys {
    private static final int BAD_REQUEST = 400;
    private static final int UNAVAILABLE = 503;

    private final RouterService service;

    RouterEnvoys(RouterService service) {
        this.service = service;
    }

    void routes(@Observes io.vertx.ext.web.Router routes) {
        routes.get("/envoys").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        Optional<String> revision = Optional.ofNullable(context.request().getParam("revision"));
        if (revision.isPresent() && !revision.get().matches("\\d{1,18}")) {
            refuse(context.response(), BAD_REQUEST, "revision must be a number of up to 18 digits");
            return;
        }
        Optional<AckLedger> ledger = service.router().map(Router::ledger);
        if (ledger.isEmpty()) {
            refuse(context.response(), UNAVAILABLE, "the router is starting");
            return;
        }
        context.response()
                .putHeader("content-type", "application/json")
                .end(json(ledger.get(), revision.map(Long::valueOf)).encode());
    }

    static JsonObject json(AckLedger ledger, Optional<Long> revision) {
        var envoys = new JsonArray();
        ledger.entries().forEach(envoy -> envoys.add(json(envoy)));
        var json = new JsonObject();
        revision.ifPresent(of -> {
            AckLedger.Barrier barrier = ledger.barrier(of);
            json.put(
                    "barrier",
                    new JsonObject()
                            .put("revision", of)
                            .put("live", barrier.live())
                            .put("acked", barrier.acked())
                            .put("rejecting", barrier.rejecting())
                            .put("gone", barrier.gone()));
        });
        return json.put("envoys", envoys).put("gone", new JsonArray(ledger.gone()));
    }

    private static JsonObject json(EnvoyAck envoy) {
        return new JsonObject()
                .put("node", envoy.node())
                .put("sentRevision", envoy.sentRevision())
                .put("acceptedRevision", envoy.acceptedRevision())
                .put("refusal", envoy.nack())
                .put("rejections", envoy.rejections());
    }

    private static void refuse(HttpServerResponse response, int status, String detail) {
        response.setStatusCode(status)
                .putHeader("content-type", "application/problem+json")
                .end(new JsonObject()
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
    }
}
