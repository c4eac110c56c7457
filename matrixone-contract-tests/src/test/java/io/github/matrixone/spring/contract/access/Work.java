package io.github.matrixone.spring.contract.access;

import java.util.function.Supplier;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * A service whose methods are transactions.
 */
@Service
public class Work {

	@Transactional
	public void run(Runnable work) {
		work.run();
	}

	@Transactional(readOnly = true)
	public <T> T read(Supplier<T> work) {
		return work.get();
	}

}
