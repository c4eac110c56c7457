package io.github.matrixone.spring.contract.slices;

import java.net.URI;

import io.github.matrixone.spring.boot.test.container.MatrixOneContainer;
import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * A container of which only the server is real: it is that of the contract. A start waits
 * for it as it waits for a server in Docker.
 */
class ServerContainer extends MatrixOneContainer {

	private final ServerUnderTest server = ServerUnderTest.get();

	private final URI uri = URI.create(this.server.url().substring("jdbc:".length()));

	private boolean started;

	ServerContainer(String image) {
		super(image);
	}

	@Override
	public void start() {
		if (!this.started) {
			this.started = true;
			waitUntilContainerStarted();
		}
	}

	@Override
	public void stop() {
		this.started = false;
	}

	@Override
	public boolean isRunning() {
		return this.started;
	}

	@Override
	public String getContainerId() {
		return "contract";
	}

	@Override
	public String getDockerImageName() {
		return "matrixorigin/matrixone:4.2.0";
	}

	@Override
	public String getHost() {
		return this.uri.getHost();
	}

	@Override
	public Integer getMappedPort(int port) {
		return this.uri.getPort();
	}

	@Override
	public String getUsername() {
		return this.server.username();
	}

	@Override
	public String getPassword() {
		return this.server.password();
	}

}
