package io.github.matrixone.spring.boot.test.container;

/**
 * A container that seems to run.
 */
class StartedContainer extends MatrixOneContainer {

	StartedContainer() {
		super("matrixorigin/matrixone:4.2.0");
	}

	@Override
	public String getDockerImageName() {
		return "matrixorigin/matrixone:4.2.0";
	}

	@Override
	public void start() {
	}

	@Override
	public boolean isRunning() {
		return true;
	}

	@Override
	public String getHost() {
		return "docker.example";
	}

	@Override
	public Integer getMappedPort(int originalPort) {
		return originalPort + 10000;
	}

}
