package io.github.matrixone.spring.boot.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Condition of {@link ConditionalOnBooleanSetting}.
 */
class OnBooleanSettingCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Binder binder = Binder.get(context.getEnvironment());
		List<String> settings = metadata.getAnnotations()
			.stream(ConditionalOnBooleanSetting.class)
			.filter((setting) -> !isTrue(binder, setting))
			.map((setting) -> setting.getString(MergedAnnotation.VALUE))
			.toList();
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnBooleanSetting.class);
		return settings.isEmpty() ? ConditionOutcome.match(message.because("all settings are true"))
				: ConditionOutcome.noMatch(message.didNotFind("a true value of").items(settings));
	}

	/**
	 * An empty value, as of an environment variable, is none.
	 */
	private static boolean isTrue(Binder binder, MergedAnnotation<ConditionalOnBooleanSetting> setting) {
		String name = setting.getString(MergedAnnotation.VALUE);
		boolean isSet = StringUtils.hasText(binder.bind(name, String.class).orElse(""));
		return isSet ? binder.bind(name, Boolean.class).get() : setting.getBoolean("matchIfMissing");
	}

}
