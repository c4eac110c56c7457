package io.github.matrixone.spring.transaction;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PastQuery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StandInTests {

	private static final DatabaseName COPY = DatabaseName.of("past_of_shop");

	private final StandIn past = new StandIn(COPY, DatabaseName.of("shop"), SqlText.of("SELECT 1"),
			new PastQuery(COPY, Map.of()));

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1; DELETE FROM item", "SELECT 1; USE shop; SELECT * FROM item",
			"SELECT 1; SHOW DATABASES" })
	void looksAtEachStatementOfAText(String sql) {
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> this.past.requireWithin(sql, true))
			.withMessageContaining("This statement is no query");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM item FOR UPDATE", "SELECT get_lock('x', 0)", "SELECT @x := 1" })
	void refusesWhatDoesNotOnlyReadPastTheWrapper(String sql) {
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> this.past.requireWithin(sql, false))
			.withMessageContaining("does not certainly only read");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void letsTheDriverChangeItsSession(boolean asked) {
		assertThatCode(() -> this.past.requireWithin("SET SQL_SELECT_LIMIT=1", asked)).doesNotThrowAnyException();
	}

	@Test
	void endsWithAStackOverflow() throws InterruptedException {
		AtomicInteger left = new AtomicInteger();
		for (int i = 0; i < 40; i++) {
			Thread thread = new Thread(null, () -> {
				try {
					callEverDeeper(1);
				}
				catch (StackOverflowError ex) {
					// Expected.
				}
				left.addAndGet((StandIn.get() != null) ? 1 : 0);
			}, "deep", 200 * 1024L + i * 512L);
			thread.start();
			thread.join();
		}
		assertThat(left).as("threads that are still led elsewhere").hasValue(0);
	}

	private int callEverDeeper(int depth) {
		if (depth % 7 == 0) {
			try {
				this.past.call(() -> overflow(0));
			}
			catch (StackOverflowError ex) {
				if (StandIn.get() != null) {
					return 0;
				}
			}
		}
		return callEverDeeper(depth + 1) + 1;
	}

	private static int overflow(int depth) {
		return overflow(depth + 1) + 1;
	}

}
