package io.github.matrixone.spring.boot.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class PooledSiblingConnectionsTests {

	private final AtomicInteger opened = new AtomicInteger();

	@Test
	void haveAPoolForEachSourceAndCloseIt() throws Exception {
		PooledSiblingConnections siblings = new PooledSiblingConnections(1);
		Source one = new Source("one", this.opened);
		try (Connection first = siblings.get(one)) {
			assertThat(first.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:one");
		}
		Connection again = siblings.get(new Source("one", this.opened));
		assertThat(this.opened).hasValue(1);
		try (Connection other = siblings.get(new Source("two", this.opened))) {
			assertThat(other.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:two");
		}
		Connection physical = again.unwrap(org.h2.jdbc.JdbcConnection.class);
		again.close();
		siblings.destroy();
		assertThat(physical.isClosed()).isTrue();
	}

	@Test
	void haveAPoolThatWarnsOfNothing(CapturedOutput output) throws Exception {
		PooledSiblingConnections siblings = new PooledSiblingConnections(2);
		siblings.get(new Source("one", this.opened)).close();
		siblings.destroy();
		assertThat(output).contains("matrixone-commands - Shutdown completed")
			.doesNotContain("login timeout", "Timed-out");
	}

	private record Source(String name, AtomicInteger opened) implements ConnectionSource {

		@Override
		public Connection open() throws SQLException {
			this.opened.incrementAndGet();
			return DriverManager.getConnection("jdbc:h2:mem:" + this.name);
		}

	}

}
