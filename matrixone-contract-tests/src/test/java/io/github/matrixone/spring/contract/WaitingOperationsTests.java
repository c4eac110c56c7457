package io.github.matrixone.spring.contract;

import java.util.List;
import java.util.Optional;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.ReactiveTransactionManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.Mockito.mock;

/**
 * The contract can be asked of reactive operations as of the blocking ones.
 */
class WaitingOperationsTests {

	private final WaitingTransactionManager transactions = new WaitingTransactionManager(
			mock(ReactiveTransactionManager.class));

	private final Blocking operations = WaitingOperations.of(Blocking.class, new Reactive(), this.transactions);

	@Test
	void giveWhatTheReactiveOnesGive() {
		assertThat(this.operations.count("abc")).isEqualTo(3);
		assertThat(this.operations.list()).containsExactly("a", "b");
		assertThat(this.operations.find("a")).contains("a");
		assertThat(this.operations.find("")).isEmpty();
	}

	@Test
	void failAsTheReactiveOnesFail() {
		assertThatException().isThrownBy(() -> this.operations.drop("later")).isInstanceOf(DuplicateKeyException.class);
		assertThatException().isThrownBy(() -> this.operations.drop("at once"))
			.isInstanceOf(UnsupportedOperationException.class);
	}

	@Test
	void areRefusedWhereAMethodHasNoReactiveTwin() {
		assertThatIllegalStateException()
			.isThrownBy(() -> WaitingOperations.of(More.class, new Reactive(), this.transactions))
			.withMessageContaining("Reactive has no reactive twin of")
			.withMessageContaining("count(java.lang.String,int)");
	}

	@Test
	void areThereForEachCapability() {
		ReactiveCommandExecutor executor = new ReactiveCommandExecutor(mock(ConnectionFactory.class));
		ReactiveSnapshotTemplate snapshots = new ReactiveSnapshotTemplate(executor);
		assertThatNoException().isThrownBy(() -> {
			WaitingOperations.of(SnapshotOperations.class, snapshots, this.transactions);
			WaitingOperations.of(CloneOperations.class, new ReactiveCloneTemplate(executor), this.transactions);
			WaitingOperations.of(RestoreOperations.class, new ReactiveRestoreTemplate(executor, snapshots, List.of()),
					this.transactions);
			WaitingOperations.of(ControlOperations.class, new ReactiveControlTemplate(executor), this.transactions);
		});
	}

	interface Blocking {

		int count(String name);

		List<String> list();

		Optional<String> find(String name);

		void drop(String name);

	}

	interface More extends Blocking {

		int count(String name, int most);

	}

	public static final class Reactive {

		public Mono<Integer> count(String name) {
			return Mono.just(name.length());
		}

		public Flux<String> list() {
			return Flux.just("a", "b");
		}

		public Mono<String> find(String name) {
			return name.isEmpty() ? Mono.empty() : Mono.just(name);
		}

		public Mono<Void> drop(String name) {
			if (name.equals("at once")) {
				throw new UnsupportedOperationException(name);
			}
			return Mono.error(new DuplicateKeyException(name));
		}

	}

}
