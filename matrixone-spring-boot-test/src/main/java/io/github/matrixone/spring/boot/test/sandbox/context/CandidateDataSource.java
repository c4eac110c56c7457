package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.List;
import java.util.function.Predicate;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * Tells which of several data sources the application is given where it asks for one, by
 * the rules of Spring: that one has the sandboxes.
 */
final class CandidateDataSource {

	private CandidateDataSource() {
	}

	/**
	 * Return the name of the bean, which is empty if there is none.
	 * @param beans the application's beans, of which all are defined
	 * @throws SandboxException if there are several and it cannot be told: nothing may
	 * use a connection then
	 */
	static String name(ConfigurableListableBeanFactory beans) {
		List<String> all = List.of(beans.getBeanNamesForType(DataSource.class, true, false));
		if (all.size() < 2) {
			return all.isEmpty() ? "" : all.get(0);
		}
		List<String> candidates = those(all, beans,
				(definition) -> definition.isAutowireCandidate() && isDefaultCandidate(definition));
		List<String> primary = those(candidates, beans, BeanDefinition::isPrimary);
		List<String> own = those(candidates, beans, (definition) -> !definition.isFallback());
		for (List<String> only : List.of(candidates, primary, own)) {
			if (only.size() == 1) {
				return only.get(0);
			}
		}
		throw new SandboxException("There are several DataSource beans, " + all
				+ ", and it cannot be told which one is "
				+ "to have the sandboxes: put @Primary on it, or @Bean(defaultCandidate = false) on the others");
	}

	private static List<String> those(List<String> names, ConfigurableListableBeanFactory beans,
			Predicate<BeanDefinition> condition) {
		return names.stream().filter((name) -> condition.test(definition(name, beans))).toList();
	}

	private static BeanDefinition definition(String name, ConfigurableListableBeanFactory beans) {
		return beans.containsBeanDefinition(name) ? beans.getMergedBeanDefinition(name) : new RootBeanDefinition();
	}

	private static boolean isDefaultCandidate(BeanDefinition definition) {
		return !(definition instanceof AbstractBeanDefinition found) || found.isDefaultCandidate();
	}

}
