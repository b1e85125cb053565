package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.control.command.Command;
import io.meridian.control.history.RunFiles;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Gates;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.ProblemType;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Runs as the API answers them: those of the state, and those that only this node's files still have. */
@Singleton
public class Runs {
    private final Api api;
    private final History history;
    private final ObjectMapper json;
    private final Clock clock = Clock.systemUTC();

    public Runs(Api api, History history, ObjectMapper json) {
        this.api = api;
        this.history = history;
        // What an older release did not write is absent, what a newer one wrote is not known.
        this.json = json.copy()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        this.json.configOverride(List.class).setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    }

    /** @param next cursor of the page behind this one; null: this is the last */
    record RunsJson(List<RunJson> runs, @Nullable String next) {}

    /** What goes on behind the answer is answered 202 and where it can be followed; the plan alone 200. */
    RestResponse<RunJson> start(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        if (!options.dry()) {
            return follow(command, options);
        }
        ControlState before = api.read();
        Api.Came came = api.change(command, options);
        Run run = came.then().run(came.receipt().subject()).orElseThrow();
        return RestResponse.ok(RunJson.plan(run, Gates.of(before, run, clock.instant())));
    }

    /** For what is done to a run, or makes another one, and goes on behind the answer. */
    RestResponse<RunJson> follow(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        RunJson run = handle(command, options);
        return options.dry()
                ? RestResponse.ok(run)
                : RestResponse.ResponseBuilder.<RunJson>create(Response.Status.ACCEPTED, run)
                        .location(URI.create("/api/v1/runs/" + run.id()))
                        .build();
    }

    RunJson handle(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        Api.Came came = api.change(command, options);
        return find(came.then(), came.receipt().subject());
    }

    /** One that the state forgot is in a file since long before; as it was shown when it ended. */
    RunJson find(ControlState state, String id) {
        return state.run(id)
                .map(run -> show(state, run))
                .or(() -> history.runs().find(id).map(this::read))
                .orElseThrow(() -> unknown(id));
    }

    /** Newest end first, from this node's files. */
    RunsJson ended(String cursor, int limit) {
        RunFiles.Page page = history.runs().page(cursor, limit);
        return new RunsJson(
                page.runs().stream().map(this::read).toList(), page.next().orElse(null));
    }

    static RefusedException unknown(String id) {
        return new RefusedException(
                ProblemType.UNKNOWN_RUN, "there is no run '" + id + "', and this node has none in its files");
    }

    private RunJson show(ControlState state, Run run) {
        RunJson shown = RunJson.of(run);
        return run.state() instanceof SwitchState.Prepared
                ? shown.with(Gates.of(state, run, clock.instant()), run)
                : shown;
    }

    private RunJson read(JsonNode run) {
        try {
            return json.treeToValue(run, RunJson.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a run of the history: " + run, e);
        }
    }
}
