package io.github.matrixone.spring.contract.slices;

import io.github.matrixone.spring.boot.test.container.MatrixOneContainer;
import io.github.matrixone.spring.boot.test.container.MatrixOneContainerProvider;

/**
 * Makes the container of a URL such as {@code jdbc:tc:contractserver:///shop}.
 */
public class ServerContainerProvider extends MatrixOneContainerProvider {

	@Override
	public boolean supports(String databaseType) {
		return "contractserver".equals(databaseType);
	}

	@Override
	public MatrixOneContainer newInstance(String tag) {
		return new ServerContainer("matrixorigin/matrixone:" + tag);
	}

}
