package io.github.matrixone.spring.library;

import java.util.function.Supplier;

import org.springframework.transaction.annotation.Transactional;

/**
 * Does work in a transaction as a service of an application does.
 */
class Work {

	@Transactional
	void commit(Runnable work) {
		work.run();
	}

	@Transactional
	void fail(Runnable work) {
		work.run();
		throw new OnPurposeException();
	}

	@Transactional(readOnly = true)
	<T> T read(Supplier<T> work) {
		return work.get();
	}

	static class OnPurposeException extends RuntimeException {

		OnPurposeException() {
			super("on purpose");
		}

	}

}
