package io.github.matrixone.spring.journal;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.TestCommand;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Journal.Entry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys of what is made beside transactions.
 */
class JournalTableTests {

	private final JournalTable journal = new JournalTable(() -> TableName.of("shop", "matrixone_journal"));

	@Test
	void keepsKeysThatFit() {
		assertThat(this.journal.unlessCommitted(new TestCommand("draft")).id()).isEqualTo("thing draft");
	}

	@Test
	void shortensKeysThatDoNotFitAndKeepsThemApart() {
		Entry entry = this.journal.unlessCommitted(new TestCommand("x".repeat(200)));
		List<Object> arguments = entry.write().arguments();
		assertThat(arguments.subList(0, 2)).allMatch((argument) -> argument.toString().length() <= 200);
		assertThat(entry.id()).isEqualTo(this.journal.unlessCommitted(new TestCommand("x".repeat(200))).id())
			.isNotEqualTo(this.journal.unlessCommitted(new TestCommand("x".repeat(201))).id());
	}

}
