package io.github.matrixone.spring.transaction;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is sent for a named lock.
 */
class NamedLockTests {

	@Test
	void neverLetsTheServerWait() {
		assertThat(new NamedLock("mine").take().arguments()).containsExactly("mine", 0);
	}

	@Test
	void isTakenByAOneOnly() {
		assertThat(NamedLock.isTaken(answer("1"))).isTrue();
		assertThat(NamedLock.isTaken(answer("0"))).isFalse();
		assertThat(NamedLock.isTaken(answer(null))).isFalse();
		assertThat(NamedLock.isTaken(Rows.NONE)).isFalse();
	}

	@Test
	void hasANameThatTheServerTakes() {
		assertThatIllegalArgumentException().isThrownBy(() -> new NamedLock("n".repeat(65)));
	}

	private static Rows answer(String value) {
		return new Rows(List.of("taken"), List.of(Arrays.asList(value)));
	}

}
