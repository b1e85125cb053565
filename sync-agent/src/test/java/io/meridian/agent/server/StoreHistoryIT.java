package io.meridian.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.topology.StorePlace;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreHistoryIT {
    /** Where that is far behind what was read, the store has been set back; where it was captured since, it has not. */
    @Test
    void whatIsCapturedWhileTheStoreIsLookedAtIsNotHeldAgainstIt(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.installed();
                Connection session = store.agent()) {
            var history = new StoreHistory(
                    StoreServers.of(store.url()), store::agent, Standby.NONE, "meridian_main", folder, "main");
            history.rely(history.look(session));
            StorePlace place = history.durable().orElseThrow();
            var server = new ServerIdentity(place.store().systemId(), Timeline.of(place.timeline()));
            Runnable captured = () -> history.sent(server, place.lsn() + (1L << 30));

            assertThat(history.look(onceItWasAsked(session, captured)).obstacle())
                    .isEmpty();
            assertThat(history.look(session).obstacle().orElse("")).contains("it was set back");
        }
    }

    /** Between the answer of the first question and what is made of it. */
    private static Connection onceItWasAsked(Connection session, Runnable then) {
        return proxy(Connection.class, (_, method, arguments) -> {
            Object made = method.invoke(session, arguments);
            return made instanceof PreparedStatement asked ? whenClosed(asked, then) : made;
        });
    }

    private static PreparedStatement whenClosed(PreparedStatement statement, Runnable then) {
        return proxy(PreparedStatement.class, (_, method, arguments) -> {
            Object made = method.invoke(statement, arguments);
            if (method.getName().equals("close")) {
                then.run();
            }
            return made;
        });
    }

    private static <T> T proxy(Class<T> of, InvocationHandler handler) {
        return of.cast(Proxy.newProxyInstance(of.getClassLoader(), new Class<?>[] {of}, handler));
    }
}
