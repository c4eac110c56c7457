package io.github.matrixone.spring.contract.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.matrixone.spring.contract.wire.WireApplications.WireApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that is no MatrixOne receives what it receives without the starter, to the
 * byte.
 */
@Tag("slow")
class OtherServerTests {

	/**
	 * The driver asks some questions only once in the life of a JVM.
	 */
	@BeforeAll
	static void askOnce() throws Exception {
		received(Pool.HIKARI, false);
	}

	@ParameterizedTest
	@EnumSource
	void isLeftAlone(Pool pool) throws Exception {
		List<List<String>> without = received(pool, false);
		assertThat(without).flatMap(List::copyOf).hasSizeGreaterThan(100);
		List<List<String>> with = received(pool, true);
		assertThat(with).hasSameSizeAs(without);
		for (int i = 0; i < with.size(); i++) {
			assertThat(with.get(i)).as("connection %d", i + 1).containsExactlyElementsOf(without.get(i));
		}
	}

	/**
	 * Return the bytes that each connection has sent, by packet.
	 */
	private static List<List<String>> received(Pool pool, boolean starter) throws Exception {
		try (WireServer server = WireServer.start(ServerKind.MYSQL)) {
			try (ConfigurableApplicationContext context = PoolApplication.start(server, pool,
					Map.of("matrixone.enabled", starter))) {
				work(new WireApplication(server, context), pool);
			}
			assertThat(server.leftConnections()).isEmpty();
			return IntStream.rangeClosed(1, server.connections())
				.mapToObj((connection) -> server.packets(connection)
					.stream()
					.map((packet) -> new String(packet, StandardCharsets.ISO_8859_1))
					.toList())
				.toList();
		}
	}

	private static void work(WireApplication application, Pool pool) throws Exception {
		for (Access access : Access.values()) {
			if (access == Access.JPA && pool == Pool.ONE_CONNECTION) {
				continue;
			}
			for (boolean commit : List.of(true, false)) {
				if (pool == Pool.ONE_CONNECTION) {
					access.onOneConnection(application.context(), commit, (steps) -> work(steps, access, pool));
				}
				else {
					access.inTransaction(application.context(), commit, (steps) -> work(steps, access, pool));
				}
			}
		}
	}

	private static void work(Steps steps, Access access, Pool pool) throws Exception {
		for (Way way : Way.values()) {
			boolean leftOut = access == Access.JPA && way == Way.STATEMENT
					|| pool == Pool.DRUID_WITH_FIREWALL && way == Way.SEVERAL
					|| pool == Pool.ONE_CONNECTION && access == Access.MYBATIS && way == Way.STREAMING;
			if (!leftOut) {
				steps.send(way, way.ordinal() + 1);
				steps.write(way.ordinal() + 101);
			}
		}
	}

}
